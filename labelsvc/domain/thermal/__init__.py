"""Thermal printers of labels."""
