"""Letters of 120 invented cases, written as they would go out, and measured: `python -m tests.letters`."""
