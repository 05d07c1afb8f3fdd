"""The checks of a file and its pages, a subject each."""
