"""The server's side of the design studio: what a design in the making looks like, and what is found in it."""
