"""Backups of an office: an age file around a compressed tar."""
