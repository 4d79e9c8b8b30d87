"""What the timetable does: each module finds what is due and calls the verb for it."""
