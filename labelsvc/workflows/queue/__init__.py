"""The queue of parts: whose turn it is, who lost his claim, what becomes of a part that fails."""
