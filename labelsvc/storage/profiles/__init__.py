"""Product profiles, what is proposed of them, and their files."""
