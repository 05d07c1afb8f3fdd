"""Epochs with their keys."""
