"""How labels look: designs, text, QR, PDF. Knows no database and no HTTP."""
