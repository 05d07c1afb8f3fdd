"""What the pages behind a sign-in share: session, forms, links."""
