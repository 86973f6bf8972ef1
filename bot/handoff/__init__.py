"""Hand-off to people: tickets, call-back requests, alerts."""
