"""Looking after the database as a whole: what is wrong with it, and moving it."""
