"""What happened to a file, as its carrier reads it: their own acts among the others."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from actions.enums import Transition
from actions.models import Action, ActionEvent, CorrectionAct, RefusalNotice
from actors.models import User
from ess_portal.base.french import long_date

# What the carrier did themselves, and what was asked of them; of the rest the state says enough.
OWN_WORDS = {
    Transition.SUBMIT: "Proposition envoyée",
    Transition.RESUBMIT: "Complément envoyé",
    Transition.WITHDRAW: "Proposition retirée",
}
WORDS = OWN_WORDS | {
    Transition.REQUEST_CORRECTION: "Complément demandé",
    Transition.ADMIT: "Proposition recevable, admise à l’évaluation",
    Transition.WITHDRAW_REFUSAL: "Refus envisagé levé",
    Transition.APPEAL_UPHELD: "Recours accueilli",
    Transition.REOPEN_EVALUATION: "Évaluation rouverte",
}


@dataclass(frozen=True)
class Moment:
    """One line: when, what and by whom on the carrier's side; `note` is what was said with it, and
    `published` what anybody reads of it.
    """

    at: datetime
    words: str
    note: str = ""
    published: str = ""


def timeline_of(
    action: Action,
    reader: User,
    *,
    said_above: Collection[str] = (),
    notice: RefusalNotice | None = None,
) -> list[Moment]:
    """List what happened, the oldest first, replies to a refusal included.

    The reasons of the transitions `said_above`, and the reply to `notice`, stand elsewhere on the
    page.
    """
    events = list(action.events.select_related("note", "by", "entered_by"))
    moments = [_moment(event, reader, said_above) for event in events]
    moments += [
        Moment(
            told.replied_at,
            "Réponse au refus envisagé envoyée",
            "" if told == notice else told.reply,
        )
        for told in action.refusal_notices.all()
        if told.replied_at is not None
    ]
    moments += [
        Moment(version.sent_at, "Dossier corrigé par le service", version.reason)
        for version in action.versions.all()
        if version.reason
    ]
    was_asked = any(event.transition == Transition.REQUEST_CORRECTION for event in events)
    moments += [
        Moment(
            act.at,
            f"{act.get_kind_display()}"
            + (f" jusqu’au {long_date(act.due_on)}" if act.due_on else ""),
            act.reason,
        )
        for act in (CorrectionAct.objects.filter(asked__action=action) if was_asked else ())
    ]
    moments += [
        Moment(
            noted.recorded_at,
            f"{'Augmentation votée' if noted.amendment_id else 'Financement voté'} par le conseil "
            f"le {long_date(noted.held_on)} (délibération {noted.number})",
        )
        for noted in (action.deliberations.all() if action.amount_granted is not None else ())
    ]
    return sorted(moments, key=lambda moment: moment.at)


def _moment(event: ActionEvent, reader: User, said_above: Collection[str]) -> Moment:
    transition = Transition(event.transition)
    words = WORDS.get(transition) or event.get_to_status_display()
    if transition in OWN_WORDS:
        words += ", par vous" if event.by_id == reader.pk else f", par {event.by.shown_name}"
        if event.entered_by_id is not None:
            received = event.action.received_on_paper
            words += f" (dossier reçu sur papier le {long_date(received)}, saisi par un agent)"
    note = getattr(event, "note", None)
    if note is None:
        return Moment(event.at, words)
    said = "" if transition in said_above else note.text
    return Moment(event.at, words, said, note.public_text)
