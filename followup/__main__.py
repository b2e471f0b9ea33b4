"""Runs followup as a module: python -m followup."""

from followup.cli.app import main

main()
