"""Accounts, sessions, the audit."""
