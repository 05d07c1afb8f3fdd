"""Tests of QR symbols."""
