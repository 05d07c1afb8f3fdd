"""Vietnamese text: syllables, and text in legacy or wrong encodings."""
