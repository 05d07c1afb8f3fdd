"""Faults: real processes are killed, stopped and starved, and what they print is what it would have been."""
