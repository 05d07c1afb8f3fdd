"""Tests of how labels look."""
