"""Stocks: those that come with the product and those of the office, and how printers print on them."""
