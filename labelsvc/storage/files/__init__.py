"""Files: whole or not at all, locked, private, under output/."""
