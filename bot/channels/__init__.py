"""Channels: authenticate, translate, send."""
