"""Time spent on consultancy for an instance: allowance, billing, filters, and the customer's consent."""
