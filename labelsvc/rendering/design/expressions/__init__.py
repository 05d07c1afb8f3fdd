"""The Jinja of designs: names, language, sandbox, values."""
