"""SVG of any editor, resolved into the few plain elements and attributes that designs are made of."""
