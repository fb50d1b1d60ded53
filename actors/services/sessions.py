"""The open sessions of a person: seen and ended by themselves, ended when a way in changes."""

import hashlib
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils import timezone

from actors.models import Session, User
from actors.sign_in import DEVICE, SEEN_AT, STARTED_AT


@dataclass(frozen=True)
class OpenSession:
    """One browser in which a person is signed in. `name` stands for its key, which is a secret."""

    name: str
    device: str
    started_at: datetime
    seen_at: datetime
    is_current: bool


def open_sessions(user: User, current: str | None = None) -> list[OpenSession]:
    """Return the sessions of `user` that are still open, that of the key `current` first, then the
    latest begun.
    """
    rows = Session.objects.filter(user=user, expire_date__gt=timezone.now())
    found = [_read(row, current) for row in rows]
    return sorted(found, key=lambda one: (one.is_current, one.started_at), reverse=True)


def end_session(*, user: User, name: str) -> bool:
    """End the session of `user` that `open_sessions` calls `name`; say whether there was one."""
    keys = Session.objects.filter(user=user).values_list("session_key", flat=True)
    chosen = [key for key in keys if _name(key) == name]
    return bool(Session.objects.filter(user=user, session_key__in=chosen).delete()[0])


def end_sessions(*, user: User, keep: str | None = None) -> int:
    """End all sessions of `user` but that of the key `keep`; return how many."""
    ended: int = Session.objects.filter(user=user).exclude(session_key=keep or "").delete()[0]
    return ended


def delete_expired_sessions() -> int:
    """Delete the sessions whose time is over; return how many."""
    deleted: int = Session.objects.filter(expire_date__lte=timezone.now()).delete()[0]
    return deleted


def _read(row: Session, current: str | None) -> OpenSession:
    data = row.get_decoded()
    return OpenSession(
        name=_name(row.session_key),
        device=data.get(DEVICE, ""),
        started_at=_moment(data.get(STARTED_AT, time.time())),
        seen_at=_moment(data.get(SEEN_AT, time.time())),
        is_current=row.session_key == current,
    )


def _name(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
