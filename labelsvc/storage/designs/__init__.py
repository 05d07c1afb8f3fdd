"""Uploaded designs and official artwork."""
