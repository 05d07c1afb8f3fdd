"""Fonts, and texts set in them: lines, arcs, single pieces."""
