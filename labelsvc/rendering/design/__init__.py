"""A design: read from SVG, filled with a product, drawn."""
