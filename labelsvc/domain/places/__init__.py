"""Places: the units that exist, what became of former ones, and addresses that name them."""
