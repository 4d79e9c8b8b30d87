"""Mails about cases: composed when they are due, delivered to the relay, withheld when no longer true."""
