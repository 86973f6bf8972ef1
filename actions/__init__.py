"""Rasa actions: read slots, call one service, utter by name, return events. Words live in YAML, not here."""
