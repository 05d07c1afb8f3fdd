"""A PDF file: units, objects, PDF/X, inks, outlines, rasters. Knows no labels."""
