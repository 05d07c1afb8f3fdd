"""What people read behind the sign-in: changes, faults of forms, titles, troubles of the server."""
