"""Tests of label law asked about one product."""
