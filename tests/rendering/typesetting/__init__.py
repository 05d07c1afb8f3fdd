"""Tests of fonts and texts."""
