"""The pages of signing in: password, second factor, invitation, one's own account."""
