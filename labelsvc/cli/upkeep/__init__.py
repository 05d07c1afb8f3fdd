"""Commands for who looks after the database."""
