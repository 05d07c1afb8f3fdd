"""Orders that are planned on a page or behind it: what is found, grouped, and the placing."""
