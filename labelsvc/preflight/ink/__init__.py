"""How much ink lies where."""
