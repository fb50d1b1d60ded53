"""Plugins of pytest, loaded by `addopts` in pyproject.toml."""
