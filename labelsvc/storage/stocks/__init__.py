"""Stocks that the office made, and the printers that people print them on."""
