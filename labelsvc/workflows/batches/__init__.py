"""Batches: order, print, prove, release, reprint, replace, export."""
