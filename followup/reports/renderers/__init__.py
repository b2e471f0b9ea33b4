"""The forms in which answers leave: terminal, JSON, CSV, a workbook, a page."""
