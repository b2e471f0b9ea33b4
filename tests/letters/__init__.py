"""Letters of 150 invented cases, written as they would go out, and measured: `python -m tests.letters`."""
