"""Pages of product profiles that office and producers share."""
