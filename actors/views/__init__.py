"""Pages of organisations and of people: one file per thing."""
