"""Coaching: agents practise writing to customers."""
