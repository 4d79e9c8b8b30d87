"""Middleware, sessions, navigation, health and the pages that belong to no app."""
