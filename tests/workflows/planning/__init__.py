"""Tests of orders that the worker plans."""
