"""The parts of a case's page, for customers and for the desk, read and ready to render."""
