"""Checks of a file and its pages, one subject per module."""
