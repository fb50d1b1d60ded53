"""Who is told what when an action moves: mails written in the transaction of the move."""

from collections.abc import Sequence
from datetime import date

from actions.enums import ActionStatus, CorrectionActKind, Transition
from actions.models import (
    Action,
    Amendment,
    Attachment,
    CorrectionAct,
    Deliberation,
)
from actions.models.application_version import VersionChange
from actions.models.receipt import receipt_of, terms_of, whom_to_ask
from actions.models.silence import silence_of
from actors.enums import Role
from actors.models import Organisation, User
from actors.services.belonging import link
from ess_portal.base.french import euros, listed, long_date
from ess_portal.base.mail import enqueue
from ess_portal.base.models import Pace
from ess_portal.base.presence import present

# These leave at once, however lately the carrier was written to.
AT_ONCE = frozenset(
    {
        Transition.PRIORITISE,
        Transition.POSTPONE,
        Transition.ANNOUNCE_REFUSAL,
        Transition.CONFIRM_REFUSAL,
        Transition.WITHDRAW_REFUSAL,
        Transition.APPEAL_UPHELD,
        # What was sent is acknowledged while its sender looks on, as the receipt is.
        Transition.RESUBMIT,
    }
)
# A date runs: this doesn't wait for the morning, but for the hour.
WITH_A_DATE = frozenset({Transition.REQUEST_CORRECTION})

# About what is written in the file, so for those who only write in it as well.
OF_THE_FILE = frozenset({Transition.REQUEST_CORRECTION, Transition.RESUBMIT})

# What the carrier reads; transitions that aren't here tell the carrier nothing new.
CARRIER_SENTENCES = {
    Transition.REQUEST_CORRECTION: "Votre dossier est à compléter. Ouvrez-le dans votre espace "
    "pour voir les parties à reprendre, puis envoyez-le à nouveau.",
    # Some of those who wrote it are written nothing of what comes next.
    Transition.RESUBMIT: "Le complément de votre dossier est arrivé : le dossier est de nouveau à "
    "l’instruction. Les membres de la structure porteuse recevront un courriel dès qu’il avancera.",
    Transition.ADMIT: "Votre proposition est recevable : elle est admise à l’évaluation sur les "
    "quatre critères d’intérêt communautaire.",
    Transition.RETURN_TO_SCREENING: "Votre proposition est revenue à l’instruction. Nous vous "
    "écrirons dès qu’elle avancera.",
    Transition.PRIORITISE: "La commission a décidé de prioriser votre action. Le résultat, "
    "critère par critère, est dans votre espace.",
    Transition.POSTPONE: "La commission a mis votre action en vivier : elle pourra être "
    "réexaminée. Le résultat, critère par critère, est dans votre espace.",
    Transition.RECONSIDER: "Votre action sort du vivier : la commission va la réexaminer.",
    Transition.ANNOUNCE_REFUSAL: "Un refus est envisagé pour votre proposition. Vous avez quinze "
    "jours pour répondre, depuis votre espace, avant toute décision.",
    Transition.CONFIRM_REFUSAL: "Le refus de votre proposition est confirmé. Son motif et les "
    "voies de recours suivent.",
    Transition.WITHDRAW_REFUSAL: "Votre réponse a été entendue : le refus annoncé est levé.",
    Transition.APPEAL_UPHELD: "Il a été fait droit à votre recours : votre proposition est de "
    "nouveau examinée.",
    Transition.START: "La mise en œuvre de votre action est enregistrée comme commencée.",
    Transition.COMPLETE: "Votre action est enregistrée comme réalisée.",
    Transition.ABANDON: "Votre action est enregistrée comme abandonnée.",
    Transition.WITHDRAW: "Votre proposition est retirée, comme vous l’avez demandé.",
}
# What the subject says, where it isn't the new state of the file.
ABOUT = {Transition.RESUBMIT: "complément reçu"}
UNTIL_THE_COUNCIL_VOTES = (
    "Ce montant est proposé au conseil : tant qu’il n’a pas délibéré, rien n’est accordé, et rien "
    "ne peut être signé, versé ni commencé à ce titre. Nous vous écrirons dès que ce sera fait."
)
IF_NOT_COMPLETED = (
    "Passé cette date, nous pouvons annoncer le refus du dossier incomplet : vous auriez quinze "
    "jours pour y répondre."
)
# What the mail is about, and its sentence.
ABOUT_CORRECTED = ("dossier corrigé par le service", "Le service a corrigé votre dossier.")
# Longer than that, before and after, what changed is read in one's space.
LONGEST_CHANGE = 300
# What stands above the words of whoever took the step, where they aren't why it was taken.
COMMENT_LABELS = {
    Transition.REQUEST_CORRECTION: "Notre message",
    Transition.CONFIRM_REFUSAL: "La suite donnée à votre réponse",
    Transition.WITHDRAW_REFUSAL: "La suite donnée à votre réponse",
}
ABOUT_A_CORRECTION = {
    CorrectionActKind.REMINDED: (
        "rappel du complément demandé",
        "Rappel : votre dossier est à compléter, puis à envoyer à nouveau.",
    ),
    CorrectionActKind.EXTENDED: (
        "nouvelle date pour le complément",
        "Vous avez plus de temps pour compléter votre dossier.",
    ),
}
AGENT_SENTENCES = {
    Transition.SUBMIT: "Une nouvelle proposition est arrivée.",
    Transition.RESUBMIT: "Un dossier complété est revenu.",
    Transition.WITHDRAW: "Le porteur a retiré sa proposition.",
}


def notify(action: Action, transition: Transition, *, comment: str = "") -> None:
    """Write to the outbox what the carrier and the agents must know of a transition."""
    if transition == Transition.SUBMIT:
        _acknowledge(action)
    elif sentence := CARRIER_SENTENCES.get(transition):
        _tell_carrier(action, transition, sentence, comment, facts_of(action, transition))
    # A draft that its author gives up concerns nobody else.
    if action.reference and (sentence := AGENT_SENTENCES.get(transition)):
        _tell_agents(action, sentence)


def facts_of(action: Action, transition: Transition) -> list[str]:
    """Return what the carrier must know of a transition besides its sentence, one line each."""
    # Asked for, or back from a refusal.
    if action.status == ActionStatus.IN_CORRECTION:
        return _what_is_asked(action)
    return FACTS[transition](action) if transition in FACTS else []


def _what_is_granted(action: Action) -> list[str]:
    granted, asked = present(action.amount_granted), action.funding_asked
    proposed = action.is_proposed_to_council
    return [
        f"Montant demandé : {euros(asked)}",
        f"Montant {'proposé au conseil' if proposed else 'accordé'} : {euros(granted)}"
        + (f", soit {euros(asked - granted)} de moins" if granted < asked else ""),
        *([UNTIL_THE_COUNCIL_VOTES] if proposed else ()),
    ]


def _until_when_to_reply(action: Action) -> list[str]:
    notice = present(action.refusal_notices.first())
    return [f"Vous pouvez répondre jusqu’au : {long_date(notice.reply_until)} inclus"]


def _why_and_how_to_appeal(action: Action) -> list[str]:
    notice, terms = present(action.refusal_notices.first()), terms_of(action)
    return [
        f"Motif du refus : {notice.reason}",
        f"Service chargé du dossier : {', '.join(terms.contact)}",
        f"Recours : {terms.appeal}",
    ]


def _what_silence_means(action: Action) -> list[str]:
    silence = silence_of(Action.objects.with_silence().get(pk=action.pk))
    if silence is None:
        return []
    return [f"Sans réponse de notre part, {silence.label} le : {long_date(silence.on)}"]


FACTS = {
    Transition.RESUBMIT: _what_silence_means,
    Transition.PRIORITISE: _what_is_granted,
    Transition.ANNOUNCE_REFUSAL: _until_when_to_reply,
    Transition.CONFIRM_REFUSAL: _why_and_how_to_appeal,
}


def _what_is_asked(action: Action) -> list[str]:
    asked = present(action.correction_requests.first())
    return [
        f"À compléter : {listed(asked.field_labels)}",
        f"À envoyer au plus tard le : {long_date(asked.due_on)}",
        IF_NOT_COMPLETED,
        f"Une question ? {', '.join(whom_to_ask(terms_of(action), asked.requested_by))}",
    ]


def tell_carriers_of_amendment(amendment: Amendment) -> None:
    """Tell the carrier that its action was amended, and the former one when it changed."""
    action = amendment.action
    pages = {amendment.old_carrier: action.get_absolute_url()}
    # The file is in the space of those who carry it now.
    pages[amendment.new_carrier or amendment.old_carrier] = action.get_space_url()
    for carrier, page in pages.items():
        for person in _people_of(carrier):
            enqueue(
                recipient=person.email,
                template="amendment_confirmed",
                context={"amendment": amendment, "action": action, "link": link(page)},
                topic=str(action.uuid),
            )


def tell_carrier_of_deliberation(action: Action, noted: Sequence[Deliberation]) -> None:
    """Tell the carrier's people what of their action's grant the council voted."""
    for person in _carrier_people(action):
        enqueue(
            recipient=person.email,
            template="deliberation_recorded",
            context={
                "action": action,
                "deliberation": noted[0],
                "link": link(action.get_space_url()),
            },
            topic=str(action.uuid),
        )


def remind_of_draft(draft: Action) -> None:
    """Remind those who write a draft that it waits for them."""
    _tell_writers("draft_reminder", draft)


def announce_deletion(draft: Action, on: date) -> None:
    """Tell those who write a draft from which day on it is deleted."""
    _tell_writers("draft_deletion", draft, on=on)


def _tell_writers(template: str, draft: Action, **context) -> None:
    people = _carrier_people(draft) if draft.carrier_id else [draft.created_by]
    for person in people:
        if person is not None and person.is_active:
            enqueue(
                recipient=person.email,
                template=template,
                context={"action": draft, "link": link(draft.get_space_url()), **context},
                topic=str(draft.uuid),
            )


def tell_carrier_of_virus(attachment: Attachment) -> None:
    """Tell at once the carrier's people, or a draft's author, that a file holds a virus."""
    action = attachment.action
    people = _carrier_people(action) if action.carrier else [attachment.uploaded_by]
    for person in people:
        enqueue(
            recipient=person.email,
            template="attachment_infected",
            context={
                "attachment": attachment,
                "action": action,
                "link": link(action.get_space_url()),
            },
            topic=str(action.uuid),
        )


def tell_agents_of_reply(action: Action) -> None:
    """Tell the agents that a carrier answered an announced refusal."""
    _tell_agents(action, "Le porteur a répondu au refus annoncé.")


def tell_agents_all_is_in(action: Action) -> None:
    """Tell the agents that nobody's evaluation is awaited any more."""
    _tell_agents(action, "Toutes les évaluations demandées sont rendues.")


def tell_of_a_correction(action: Action, *, reason: str, changes: list[VersionChange]) -> None:
    """Tell the carrier's people what an agent corrected in their file, and why."""
    facts = [_what_changed(change) for change in changes]
    about, sentence = ABOUT_CORRECTED
    for person in _carrier_people(action):
        _tell(
            person,
            action,
            sentence,
            comment=reason,
            facts=facts,
            pace=person.mail_pace,
            about=about,
        )


def _what_changed(change: VersionChange) -> str:
    if len(change.old) + len(change.new) > LONGEST_CHANGE:
        return f"{change.label} : texte changé, à relire dans votre espace"
    return f"{change.label} : {change.new or 'vide'} (avant : {change.old or 'vide'})"


def tell_writers_of(act: CorrectionAct) -> None:
    """Remind those who write a file of what is to be completed, or tell them of its new date.

    At once: an hour later they may have sent it again, and the reminder would be wrong.
    """
    action = act.asked.action
    about, sentence = ABOUT_A_CORRECTION[CorrectionActKind(act.kind)]
    for person in _writers(action):
        _tell(
            person,
            action,
            sentence,
            comment=act.reason,
            facts=_what_is_asked(action),
            pace=Pace.AT_ONCE,
            about=about,
        )


def _acknowledge(action: Action) -> None:
    receipt = receipt_of(action)
    for person in _carrier_people(action):
        enqueue(
            recipient=person.email,
            template="proposal_received",
            context={
                "action": action,
                "receipt": receipt,
                "link": link(action.get_space_url()),
            },
            topic=str(action.uuid),
        )


def _tell_carrier(
    action: Action, transition: Transition, sentence: str, comment: str, facts: list[str]
) -> None:
    people = _writers(action) if transition in OF_THE_FILE else _carrier_people(action)
    for person in people:
        _tell(
            person,
            action,
            sentence,
            comment=comment.strip(),
            comment_label=COMMENT_LABELS.get(transition, ""),
            facts=facts,
            pace=_pace(transition, person),
            about=ABOUT.get(transition, ""),
        )


def _writers(action: Action) -> list[User]:
    # Those who write with the carrier's people read nothing of what is decided.
    others = action.co_editors.active().select_related("user")
    return [*_carrier_people(action), *(row.user for row in others)]


def _tell(
    person: User,
    action: Action,
    sentence: str,
    *,
    comment: str,
    facts: list[str],
    pace: Pace,
    about: str = "",
    comment_label: str = "",
) -> None:
    enqueue(
        recipient=person.email,
        template="action_moved",
        context={
            "action": action,
            "about": about,
            "sentence": sentence,
            "comment": comment,
            "comment_label": comment_label,
            "facts": facts,
            "link": link(action.get_space_url()),
        },
        topic=str(action.uuid),
        pace=pace,
    )


def _tell_agents(action: Action, sentence: str) -> None:
    for agent in User.objects.filter(groups__name=Role.AGENT, is_active=True):
        enqueue(
            recipient=agent.email,
            template="agent_notice",
            context={
                "action": action,
                "sentence": sentence,
                "link": link(action.get_absolute_url()),
            },
            topic=str(action.uuid),
            pace=agent.mail_pace,
        )


def _pace(transition: Transition, person: User) -> Pace:
    if transition in AT_ONCE:
        return Pace.AT_ONCE
    return Pace.HOURLY if transition in WITH_A_DATE else person.mail_pace


def _carrier_people(action: Action):
    return User.objects.none() if action.carrier is None else _people_of(action.carrier)


def _people_of(organisation: Organisation):
    return User.objects.filter(memberships__organisation=organisation, is_active=True).order_by(
        "pk"
    )
