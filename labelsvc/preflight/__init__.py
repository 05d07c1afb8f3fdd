"""Preflight: checks a press file, ours or another program's, against the rules of the press."""
