"""Reading spreadsheets: files of product records, row by row."""
