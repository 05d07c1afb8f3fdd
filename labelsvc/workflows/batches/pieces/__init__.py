"""What becomes of printed pieces: reprinted, replaced, void, made of a lot."""
