"""What the database holds about the order of rows: whoever writes one doesn't choose its place."""


def in_order(table: str) -> str:
    """Return the SQL by which a trigger before insertion gives the row of `table` its key.

    "The last one" is read by key, and a key that was chosen would put a row before or after all
    others, or in the place of one that is gone. Take the lock that makes writers wait for each other first: keys then follow it.
    """
    return f"NEW.id := nextval(pg_get_serial_sequence('{table}', 'id'));"
