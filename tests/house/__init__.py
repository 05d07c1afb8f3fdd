"""Tests of the house itself: doors, wording, docs, promises."""
