"""Tandem, outside Rasa: one package a room (docs/architecture.md)."""
