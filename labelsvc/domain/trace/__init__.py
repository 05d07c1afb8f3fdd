"""What a trace code leads to."""
