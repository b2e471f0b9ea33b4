"""Exercises and progress in writing to customers."""
