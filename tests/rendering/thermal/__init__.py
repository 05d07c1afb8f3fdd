"""Tests of files for thermal printers."""
