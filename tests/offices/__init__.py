"""Offices that tests work in."""
