"""`make bench`: the portal at 100, then at 10,000 actions (docs/performance.md)."""
