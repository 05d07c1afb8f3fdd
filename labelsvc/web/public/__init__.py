"""Pages for everybody: verification and register."""
