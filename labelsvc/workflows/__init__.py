"""Workflows: one module per request."""
