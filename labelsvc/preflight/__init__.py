"""Preflight: what a press file, ours or another program's, says when it is checked against the rules of the press."""
