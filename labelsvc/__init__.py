"""Print-ready OCOP labels and stamps with star rating, brand and a verifiable QR code."""

__version__ = "0.1.0"
