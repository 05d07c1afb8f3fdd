"""What the studio shows and takes, for the office and for producers."""
