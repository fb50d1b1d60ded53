"""What a connection says when it is made: how long it waits, and what it never does."""

from typing import Any

# Whatever the server, the database or the role says: guarantees judge by the rows of the present.
READ_COMMITTED = r"-c default_transaction_isolation=read\ committed"
# Nothing of ours leaves a transaction open and says nothing: what does holds others' rows.
SILENCE = "-c idle_in_transaction_session_timeout=120000"
# A page asks short questions: starting helpers or compiling costs more than the answer.
SHORT_QUESTIONS = "-c max_parallel_workers_per_gather=0 -c jit=off"
# A server whose machine is gone is given up in seconds. A Unix socket knows nothing of these.
OUTAGES = {
    "tcp_user_timeout": 10_000,
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
}


# A question asked again is planned no more: short ones take longer to plan than to answer. What is
# asked once isn't worth remembering.
PREPARED = {"server_side_binding": True, "prepare_threshold": 2}


def of_owner(*, connect: int) -> dict[str, Any]:
    """Return `OPTIONS` for migrations, which may take the time they need.

    `connect`: seconds to wait for a connection.
    """
    return {"options": READ_COMMITTED, "connect_timeout": connect, **PREPARED, **OUTAGES}


def of_web(*, connect: int, statement: int, lock: int) -> dict[str, Any]:
    """Return `OPTIONS` for pages and workers: a question that takes longer is a fault.

    `statement` and `lock`: milliseconds for a question, and to wait for somebody else's.
    """
    limits = f"-c statement_timeout={statement} -c lock_timeout={lock}"
    return of_owner(connect=connect) | {
        "options": f"{READ_COMMITTED} {limits} {SILENCE} {SHORT_QUESTIONS}"
    }
