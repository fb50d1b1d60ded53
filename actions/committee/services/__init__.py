"""Writes, and only writes: atomic, refusing in sentences."""
