"""Rasa graph components; they run in the engine's environment."""
