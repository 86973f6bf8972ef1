"""The directory of providers and the search in it."""
