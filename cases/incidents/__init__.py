"""Incidents: lists and links, their audit log, and the delivery of updates to the cases that are linked."""
