"""What a scan is answered: from what the office has on record of a stamp to a verdict."""
