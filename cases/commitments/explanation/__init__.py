"""Why a clock shows what it shows: its spans, turning points and opening hours in words."""
