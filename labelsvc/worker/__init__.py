"""The print worker: Huey's processes, which print one part after the other."""
