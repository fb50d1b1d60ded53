"""The carrier's own pages: its applications, where each stands, what it may still do."""
