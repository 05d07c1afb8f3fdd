"""Commands for what the office decides of records."""
