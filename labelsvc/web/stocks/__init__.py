"""Forms and drawings of stocks, for the office's pages."""
