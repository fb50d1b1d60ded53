"""Django's PostgreSQL back end, for a server that may fall silent (named by `ENGINE`)."""
