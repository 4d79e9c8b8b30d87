"""The admin site, its change log, and what all of its pages share."""
