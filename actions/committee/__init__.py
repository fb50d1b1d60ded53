"""The committee ranks, sits, decides and publishes."""
