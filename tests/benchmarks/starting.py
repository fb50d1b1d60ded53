"""What a worker costs before it has answered anybody: processor time until its first answer."""

import subprocess
import sys
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[2]
TIMES = 5
# The interpreter's own start is in it: the clock is the process's.
FIRST_ANSWER = """
import time
from wsgiref.util import setup_testing_defaults
from ess_portal.wsgi import application
request = {
    "PATH_INFO": "/sante/reference/", "HTTP_HOST": "127.0.0.1",
    "HTTP_X_FORWARDED_PROTO": "https",
}
setup_testing_defaults(request)
told = []
answer = application(request, lambda status, headers, *more: told.append(status))
body = b"".join(answer)
assert told == ["200 OK"] and body, told
print(time.process_time())
"""


def start_seconds(environment: dict[str, str], times: int = TIMES) -> float:
    """Seconds of processor time from nothing to the first answer, the least of some.

    The first time also reads files that the others find in memory.
    """
    return min(_once(environment) for _ in range(times))


def _once(environment: dict[str, str]) -> float:
    outcome = subprocess.run(
        [sys.executable, "-c", FIRST_ANSWER],
        cwd=BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return float(outcome.stdout)
