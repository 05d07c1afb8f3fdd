"""Tests of what people ask of designs."""
