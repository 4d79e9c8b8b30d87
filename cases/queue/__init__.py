"""The consultants' queue: its filters, and a page of it at one cost for any number of cases."""
