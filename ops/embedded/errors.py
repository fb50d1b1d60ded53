"""Why the embedded server cannot be used, in one sentence."""


class EmbeddedDatabaseError(Exception):
    """The embedded server cannot be used; says so in one sentence, with the way out."""

    def __init__(self, reason: str) -> None:
        self.reason = reason.strip().rstrip(".")
        super().__init__(
            f"The embedded PostgreSQL cannot be used ({self.reason}): "
            "set DATABASE_URL to the address of a PostgreSQL server (see docs/configuration.md)."
        )


def reason_of(error: Exception) -> str:
    """Say in words what the system refused."""
    if isinstance(error, PermissionError):
        return f"permission refused on {error.filename}: it belongs to another account"
    if isinstance(error, ImportError):
        return f"{error.name} is not installed"
    return str(error)


def last_words(text: str) -> str:
    """The line of PostgreSQL's output that says why it stopped, without its date and number."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if "FATAL:" in line or "error:" in line]
    if telling:
        return telling[-1].rpartition("FATAL:")[2].strip()
    return next((line for line in lines if "LOG:" not in line), "")
