"""The public status page: what it shows, and who gets its updates by mail."""
