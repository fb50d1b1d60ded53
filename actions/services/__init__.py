"""Writes that aren't a mere transition: files, evaluations, decisions. All atomic."""
