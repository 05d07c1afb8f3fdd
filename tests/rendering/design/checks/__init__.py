"""Tests of what is wrong with a label as drawn."""
