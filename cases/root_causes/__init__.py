"""Root-cause reports as people read them, their audit log, and the names they must not contain."""
