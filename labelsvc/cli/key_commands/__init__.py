"""``labelsvc keys``."""
