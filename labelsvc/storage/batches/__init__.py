"""Batches with their lines and parts, reprints, voids, stamp orders."""
