"""Excel workbooks: sheets as they are displayed."""
