"""Documents about a committee's session, from plain values: nothing here reads the database."""
