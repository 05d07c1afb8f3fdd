"""The engine of either database: how it connects, begins transactions, and when it gives up."""
