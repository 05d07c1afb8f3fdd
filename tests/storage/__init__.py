"""Tests of where things are kept."""
