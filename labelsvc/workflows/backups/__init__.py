"""Backups of an office: made while it is in use, looked through, restored."""
