"""The safety screen and the protocol."""
