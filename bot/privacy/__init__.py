"""Redaction and encryption."""
