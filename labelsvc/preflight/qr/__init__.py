"""QR codes as printed."""
