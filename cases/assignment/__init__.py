"""Who could be given a case, and since when its owner has it."""
