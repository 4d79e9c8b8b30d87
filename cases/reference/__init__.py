"""The reference data of cases, as files, and what loads them."""
