"""A form that is sent twice is answered once: a double click makes no twins.

The page gives each form a key (`{% form_key %}`). What the form makes and its key are written in
one transaction; whoever comes second waits, finds the key, and gets the first answer.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from ess_portal.base.models import SentForm
from ess_portal.base.refusals import Refused

FIELD = "form_key"
DAYS_OF_SENT_FORMS = 30
SENT_ALREADY = (
    "Ce formulaire a déjà été envoyé, avec d’autres réponses. Si vous voulez aussi envoyer "
    "celles-ci, envoyez-le de nouveau."
)


@dataclass(frozen=True)
class Answer:
    """Where a form leads, and what is said there."""

    address: str
    said: str = ""


def answer_once(request: HttpRequest, do: Callable[[], Answer]) -> Answer:
    """Do what the posted form asks, unless it was done: return the answer, of the first time then.

    A form without a key that can be read is done each time. Raises what `do` raises, nothing being
    written then, and `Refused` when the key has already served for other answers.
    """
    key = _key(request)
    if key is None:
        return do()
    with transaction.atomic():
        # The second of two clicks waits here for the first one's transaction.
        sent, is_first = SentForm.objects.get_or_create(
            page=_page(request), key=key, defaults={"content": _content(request)}
        )
        if is_first:
            answer = do()
            sent.address, sent.said = answer.address, answer.said
            sent.save(update_fields=["address", "said"])
            return answer
    if sent.content != _content(request):
        raise Refused([SENT_ALREADY])
    return Answer(sent.address, sent.said)


def first_answer(request: HttpRequest) -> Answer | None:
    """Return how this very form was answered before, or None."""
    key = _key(request)
    if key is None:
        return None
    sent = SentForm.objects.filter(page=_page(request), key=key, content=_content(request)).first()
    return Answer(sent.address, sent.said) if sent else None


def delete_old_sent_forms(at: datetime | None = None) -> int:
    """Forget forms sent thirty days before `at` (default: now); return how many."""
    limit = (at or timezone.now()) - timedelta(days=DAYS_OF_SENT_FORMS)
    return SentForm.objects.filter(created_at__lt=limit).delete()[0]


def _key(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get(FIELD, ""))
    except ValueError:
        return None


def _page(request: HttpRequest) -> str:
    # One person's key says nothing to another.
    return _digest(f"{request.user.pk or ''} {request.path}")


def _content(request: HttpRequest) -> str:
    # How far its reader had come (`windows.py`) grows with each click, and says nothing.
    fields = sorted(set(request.POST) - {FIELD, "csrfmiddlewaretoken", "turn"})
    typed = [(name, request.POST.getlist(name)) for name in fields]
    files = [(name, file.name, _hash(file)) for name, file in sorted(request.FILES.items())]
    return _digest(repr((typed, files)))


def _hash(file: UploadedFile) -> str:
    digest = hashlib.sha256()
    for piece in file.chunks():
        digest.update(piece)
    file.seek(0)
    return digest.hexdigest()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
