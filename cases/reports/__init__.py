"""The reports on commitments kept and missed, counted from tallies."""
