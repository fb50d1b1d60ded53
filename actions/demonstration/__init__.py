"""Fictitious organisations and actions, taken through the real services."""
