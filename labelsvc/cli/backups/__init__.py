"""``labelsvc backup`` and ``labelsvc restore``."""
