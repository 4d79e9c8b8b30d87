"""The clocks of a case: a replay of its events on its calendars and target matrix, stored for lists and sweeps."""

from cases.commitments.replay import preview, states
from cases.commitments.stored import rerun

__all__ = ["preview", "rerun", "states"]
