"""Tests of what labels are."""
