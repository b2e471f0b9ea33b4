"""The output formats of answers: terminal, JSON, CSV, workbook, HTML page, email."""
