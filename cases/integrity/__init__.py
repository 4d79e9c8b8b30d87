"""The rules that must always hold of what is stored, and the command that checks them all."""
