"""Label law asked about one product: its page, the sheet for a designer, a designer's file."""
