"""Lists of products: kept for the day, searched, filtered, sorted and paged by the database."""
