"""What is wrong with a label as drawn: clearances, contrast, small type, label law."""
