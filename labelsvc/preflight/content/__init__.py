"""What a page's content streams paint."""
