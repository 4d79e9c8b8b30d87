"""Pages of the back office that are not the admin's own."""
