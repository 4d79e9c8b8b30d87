"""The clocks of a case: a replay of its events on its calendars and target matrix, stored for lists and sweeps."""
