"""Barcodes of a product's GTIN."""
