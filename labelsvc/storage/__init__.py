"""Storage: the only room with SQL, and the only one that writes to output/."""
