"""Letters of Vietnamese: what a syllable is, and what text in an old or a wrong encoding means."""
