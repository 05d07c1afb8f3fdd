"""What producers propose and the office approves of product profiles."""
