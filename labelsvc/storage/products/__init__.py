"""Products, recognitions, imports and quotas."""
