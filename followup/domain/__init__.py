"""Pure calculation on frozen values: no clock, no files, no network, no SQL."""
