"""The front door and gunicorn."""
