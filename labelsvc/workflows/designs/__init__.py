"""Designs and stocks: check, preview, edit, try, show."""
