"""Label law: goods classes, what each must say, and whether a product says it. The rules are data (templates/law)."""
