"""Scans: the records behind stamps, counts without trails, alarms."""
