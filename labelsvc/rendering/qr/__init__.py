"""QR symbols in bulk: encoder, masks, paths, codes."""
