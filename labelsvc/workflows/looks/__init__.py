"""What labels look like besides their design: the office's palette and fonts."""
