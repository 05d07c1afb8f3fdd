"""Commands that print batches: from records, once more, or in place of lost stamps."""
