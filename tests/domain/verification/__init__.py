"""Tests of what a scan is answered."""
