"""Ink coverage."""
