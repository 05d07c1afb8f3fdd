"""QR symbols by the thousand: encoder, masks, paths, codes."""
