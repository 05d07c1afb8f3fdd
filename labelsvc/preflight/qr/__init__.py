"""QR codes as they stand on paper."""
