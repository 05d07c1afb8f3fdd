"""``ls:fields``: the legal fields of a goods label, rows of label and value in one box."""
