"""Files, records and faults made for tests."""
