"""Reports: one module per question of a manager. The output formats are in `renderers/`."""
