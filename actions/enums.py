"""Statuses of an action, the pairs they may follow each other in, and kinds of decisions."""

from enum import nonmember

from django.db import models

from ess_portal.base.french import no_breaks


class ActionStatus(models.TextChoices):
    """Statuses of rules.md, section 4. Groups are named here once, never spelt out elsewhere."""

    DRAFT = "draft", "Brouillon"
    SUBMITTED = "submitted", "Proposée"
    IN_CORRECTION = "in_correction", "Complément demandé"
    IN_EVALUATION = "in_evaluation", "En évaluation"
    EVALUATED = "evaluated", "Évaluée"
    POSTPONED = "postponed", "En vivier"
    PRIORITISED = "prioritised", "Priorisée"
    IN_PROGRESS = "in_progress", "En cours"
    COMPLETED = "completed", "Réalisée"
    ABANDONED = "abandoned", "Abandonnée"
    REFUSAL_ANNOUNCED = "refusal_announced", "Refus annoncé"
    DECLINED = "declined", "Refusée"
    WITHDRAWN = "withdrawn", "Retirée"
    RECORDED = "recorded", "Recensée"

    # The committee granted money: needs community interest, two deciders, an amount.
    GRANTED = nonmember(("prioritised", "in_progress", "completed", "abandoned"))
    # Of these, what still keeps the promise.
    FUNDED = nonmember(("prioritised", "in_progress", "completed"))
    # Anybody may read the whole public file.
    PUBLIC = nonmember(("prioritised", "in_progress", "completed", "abandoned", "recorded"))
    # Anybody may know that it exists: title, carrier and state only.
    PUBLIC_BRIEF = nonmember(("postponed",))
    # The gate's snapshot is there.
    GATED = nonmember(
        ("evaluated", "postponed", "prioritised", "in_progress", "completed", "abandoned")
    )
    # A grid is bound for sure.
    BOUND = nonmember(
        (
            "in_evaluation",
            "evaluated",
            "postponed",
            "prioritised",
            "in_progress",
            "completed",
            "abandoned",
        )
    )
    # The committee can take a decision on it.
    DECIDABLE = nonmember(("evaluated", "postponed"))
    # Amount, calendar and carrier may be amended.
    AMENDABLE = nonmember(("prioritised", "in_progress"))
    REFUSED = nonmember(("refusal_announced", "declined"))
    # Never evaluated: an agent alone announces its refusal, and confirms or withdraws it.
    REFUSED_BY_AN_AGENT = nonmember(("submitted", "in_correction"))
    # Where a refusal may come from, and go back to.
    REFUSABLE = nonmember(("submitted", "in_correction", "evaluated", "postponed"))
    # Nobody has begun to evaluate it: people may still be added to those who write it.
    BEFORE_EVALUATION = nonmember(("draft", "submitted", "in_correction"))
    # The carrier is still writing.
    EDITABLE = nonmember(("draft", "in_correction"))
    # The authority owes an answer: its silence will mean one. A refusal announced is an answer.
    UNANSWERED = nonmember(("submitted", "in_correction", "in_evaluation", "evaluated"))
    # Somebody at the agglomeration has something to do.
    OPEN = nonmember(
        ("submitted", "in_correction", "in_evaluation", "evaluated", "refusal_announced")
    )

    @property
    def meaning(self) -> str:
        """What it means, in one sentence for whoever meets it for the first time."""
        return no_breaks(_MEANINGS[self])


_MEANINGS = {
    ActionStatus.DRAFT: "Le porteur écrit encore sa proposition : elle n’est pas envoyée.",
    ActionStatus.SUBMITTED: "La proposition est arrivée : un agent vérifie que le dossier est "
    "complet.",
    ActionStatus.IN_CORRECTION: "Il manque quelque chose au dossier : le porteur doit le "
    "compléter, puis l’envoyer à nouveau.",
    ActionStatus.IN_EVALUATION: "Plusieurs évaluateurs, chacun de son côté, donnent leur avis sur "
    "les critères d’intérêt communautaire.",
    ActionStatus.EVALUATED: "L’évaluation est close : la commission doit encore décider.",
    ActionStatus.POSTPONED: "La commission l’a examinée sans la retenir pour l’instant : elle "
    "pourra y revenir.",
    ActionStatus.PRIORITISED: "La commission l’a retenue ; sa mise en œuvre n’est pas encore "
    "commencée.",
    ActionStatus.IN_PROGRESS: "La commission l’a retenue, et sa mise en œuvre a commencé.",
    ActionStatus.COMPLETED: "La commission l’avait retenue, et elle a été menée à son terme.",
    ActionStatus.ABANDONED: "La commission l’avait retenue, mais elle n’ira pas à son terme.",
    ActionStatus.REFUSAL_ANNOUNCED: "Un refus est envisagé : le porteur peut y répondre avant "
    "qu’il soit décidé.",
    ActionStatus.DECLINED: "La proposition est refusée, et le porteur en connaît le motif.",
    ActionStatus.WITHDRAWN: "Le porteur a renoncé à sa proposition.",
    ActionStatus.RECORDED: "L’action était connue avant le portail : elle est donnée avec ses "
    "sources, sans avoir été examinée ici.",
}


class Transition(models.TextChoices):
    """Names of the transitions of rules.md, section 4."""

    SUBMIT = "submit", "Envoyer la proposition"
    REQUEST_CORRECTION = "request_correction", "Demander un complément"
    RESUBMIT = "resubmit", "Envoyer à nouveau"
    ADMIT = "admit", "Admettre à l’évaluation"
    RETURN_TO_SCREENING = "return_to_instruction", "Rendre à l’instruction"
    CLOSE_EVALUATION = "close_evaluation", "Clore l’évaluation"
    REOPEN_EVALUATION = "reopen_evaluation", "Rouvrir l’évaluation"
    PRIORITISE = "prioritise", "Prioriser"
    POSTPONE = "postpone", "Mettre en vivier"
    RECONSIDER = "reconsider", "Réexaminer"
    ANNOUNCE_REFUSAL = "announce_refusal", "Annoncer un refus"
    CONFIRM_REFUSAL = "confirm_refusal", "Confirmer le refus"
    WITHDRAW_REFUSAL = "withdraw_refusal", "Renoncer au refus"
    APPEAL_UPHELD = "appeal_upheld", "Faire droit au recours"
    START = "start", "Commencer la mise en œuvre"
    COMPLETE = "complete", "Déclarer réalisée"
    ABANDON = "abandon", "Déclarer abandonnée"
    WITHDRAW = "withdraw", "Retirer la proposition"

    # Their reason has a public part. No other's is published, a refusal's least of all.
    WITH_PUBLIC_REASON = nonmember(("prioritise", "abandon"))


_S = ActionStatus

_T = Transition

# (transition, from, to): the steps that the database accepts; workflow.TRANSITIONS gives the same.
STEPS = frozenset(
    {
        (_T.SUBMIT, _S.DRAFT, _S.SUBMITTED),
        (_T.REQUEST_CORRECTION, _S.SUBMITTED, _S.IN_CORRECTION),
        (_T.RESUBMIT, _S.IN_CORRECTION, _S.SUBMITTED),
        (_T.ADMIT, _S.SUBMITTED, _S.IN_EVALUATION),
        (_T.RETURN_TO_SCREENING, _S.IN_EVALUATION, _S.SUBMITTED),
        (_T.CLOSE_EVALUATION, _S.IN_EVALUATION, _S.EVALUATED),
        (_T.REOPEN_EVALUATION, _S.EVALUATED, _S.IN_EVALUATION),
        (_T.PRIORITISE, _S.EVALUATED, _S.PRIORITISED),
        (_T.PRIORITISE, _S.POSTPONED, _S.PRIORITISED),
        (_T.POSTPONE, _S.EVALUATED, _S.POSTPONED),
        (_T.RECONSIDER, _S.POSTPONED, _S.EVALUATED),
        (_T.ANNOUNCE_REFUSAL, _S.EVALUATED, _S.REFUSAL_ANNOUNCED),
        (_T.ANNOUNCE_REFUSAL, _S.POSTPONED, _S.REFUSAL_ANNOUNCED),
        (_T.ANNOUNCE_REFUSAL, _S.SUBMITTED, _S.REFUSAL_ANNOUNCED),
        (_T.ANNOUNCE_REFUSAL, _S.IN_CORRECTION, _S.REFUSAL_ANNOUNCED),
        (_T.CONFIRM_REFUSAL, _S.REFUSAL_ANNOUNCED, _S.DECLINED),
        (_T.WITHDRAW_REFUSAL, _S.REFUSAL_ANNOUNCED, _S.SUBMITTED),
        (_T.WITHDRAW_REFUSAL, _S.REFUSAL_ANNOUNCED, _S.IN_CORRECTION),
        (_T.WITHDRAW_REFUSAL, _S.REFUSAL_ANNOUNCED, _S.EVALUATED),
        (_T.WITHDRAW_REFUSAL, _S.REFUSAL_ANNOUNCED, _S.POSTPONED),
        (_T.APPEAL_UPHELD, _S.DECLINED, _S.SUBMITTED),
        (_T.APPEAL_UPHELD, _S.DECLINED, _S.IN_CORRECTION),
        (_T.APPEAL_UPHELD, _S.DECLINED, _S.EVALUATED),
        (_T.APPEAL_UPHELD, _S.DECLINED, _S.POSTPONED),
        (_T.START, _S.PRIORITISED, _S.IN_PROGRESS),
        (_T.COMPLETE, _S.IN_PROGRESS, _S.COMPLETED),
        (_T.ABANDON, _S.PRIORITISED, _S.ABANDONED),
        (_T.ABANDON, _S.IN_PROGRESS, _S.ABANDONED),
        (_T.WITHDRAW, _S.DRAFT, _S.WITHDRAWN),
        (_T.WITHDRAW, _S.SUBMITTED, _S.WITHDRAWN),
        (_T.WITHDRAW, _S.IN_CORRECTION, _S.WITHDRAWN),
        (_T.WITHDRAW, _S.IN_EVALUATION, _S.WITHDRAWN),
        (_T.WITHDRAW, _S.EVALUATED, _S.WITHDRAWN),
        (_T.WITHDRAW, _S.POSTPONED, _S.WITHDRAWN),
    }
)
ALLOWED_TRANSITIONS = frozenset((before, after) for _, before, after in STEPS)


class Round(models.TextChoices):
    """When an evaluation takes place: only the initial one counts for the gate."""

    INITIAL = "initial", "Évaluation initiale"
    FOLLOW_UP = "follow_up", "Réévaluation"


class AssignmentKind(models.TextChoices):
    """What agents do about an evaluation that was asked for and isn't sent."""

    REMINDED = "reminded", "Rappel envoyé"
    DUE_CHANGED = "due_changed", "Nouvelle date de rendu"
    TAKEN_OFF = "taken_off", "Évaluation retirée"
    REPLACED = "replaced", "Évaluation confiée à quelqu’un d’autre"


class CorrectionActKind(models.TextChoices):
    """What agents do about a correction that is awaited."""

    REMINDED = "reminded", "Rappel envoyé"
    EXTENDED = "extended", "Délai prolongé"


class DecisionKind(models.TextChoices):
    """Transitions that one person proposes and another confirms."""

    PRIORITISE = "prioritise", "Prioriser"
    POSTPONE = "postpone", "Mettre en vivier"
    ANNOUNCE_REFUSAL = "announce_refusal", "Annoncer un refus"
    APPEAL_UPHELD = "appeal_upheld", "Faire droit au recours"
    REOPEN_EVALUATION = "reopen_evaluation", "Rouvrir l’évaluation"


# What each of them starts from: a file that was never evaluated is refused by an agent alone.
DECIDED_FROM = {
    DecisionKind.PRIORITISE: ActionStatus.DECIDABLE,
    DecisionKind.POSTPONE: (_S.EVALUATED,),
    DecisionKind.ANNOUNCE_REFUSAL: ActionStatus.DECIDABLE,
    DecisionKind.APPEAL_UPHELD: (_S.DECLINED,),
    DecisionKind.REOPEN_EVALUATION: (_S.EVALUATED,),
}


class SessionState(models.TextChoices):
    """Where a session of the committee stands."""

    PREPARING = "preparing", "En préparation"
    SITTING = "sitting", "En séance"
    CLOSED = "closed", "Close, à confirmer"
    PUBLISHED = "published", "Publiée"
    CANCELLED = "cancelled", "Annulée"

    # The agenda may still change; an action on it is on no other one.
    WRITABLE = nonmember(("preparing", "sitting"))
    OPEN = nonmember(("preparing", "sitting", "closed"))


_O = SessionState

# (from, to) pairs of a session, which the database holds as well.
SESSION_STEPS = frozenset(
    {
        (_O.PREPARING, _O.SITTING),
        (_O.SITTING, _O.CLOSED),
        (_O.CLOSED, _O.SITTING),
        (_O.CLOSED, _O.PUBLISHED),
        (_O.PREPARING, _O.CANCELLED),
        (_O.SITTING, _O.CANCELLED),
    }
)


class Attendance(models.TextChoices):
    """Whether a member came to the session."""

    EXPECTED = "expected", "Attendu"
    PRESENT = "present", "Présent"
    EXCUSED = "excused", "Excusé"
    ABSENT = "absent", "Absent"


class Outcome(models.TextChoices):
    """What a session makes of an action: a decision, or none."""

    PRIORITISE = "prioritise", "Prioriser"
    POSTPONE = "postpone", "Mettre en vivier"
    ANNOUNCE_REFUSAL = "announce_refusal", "Annoncer un refus"
    INCREASE = "increase", "Augmenter le montant accordé"
    KEEP = "keep", "Maintenir le montant accordé"
    ADJOURN = "adjourn", "Reporter à une autre séance"
    MOOT = "moot", "Sans objet"

    # Those that become a decision, or an amendment, when the session is published.
    DECISIONS = nonmember(("prioritise", "postpone", "announce_refusal", "increase"))
    # Those that take money of its envelope.
    GRANTING = nonmember(("prioritise", "increase"))
    # What becomes of an action that is under way: the others are of one that waits for a decision.
    UNDER_WAY = nonmember(("increase", "keep"))


class Method(models.TextChoices):
    """How the committee agreed."""

    VOTE = "vote", "Vote"
    CONSENT = "consent", "Consentement (aucune objection)"


class Step(models.TextChoices):
    """The steps of the carrier's form, in their order; the values are in the addresses."""

    ORGANISATION = "structure", "La structure porteuse"
    ACTION = "action", "L’action"
    MEASURE = "mesure", "Le défi et la mesure"
    MEANS = "moyens", "Les partenaires et le budget"
    CRITERIA = "criteres", "Les quatre critères"
    SENDING = "envoi", "Vérifier et envoyer"

    # Those that are filled in: the last one shows the others.
    WRITTEN = nonmember(("structure", "action", "mesure", "moyens", "criteres"))


class ScanState(models.TextChoices):
    """What the antivirus says of an attached file."""

    PENDING = "pending", "analyse en cours"
    CLEAN = "clean", "analysé, sans virus"
    INFECTED = "infected", "refusé : virus"
    NOT_SCANNED = "not_scanned", "non analysé"

    # Those the antivirus, where there is one, has yet to look at; and those it has.
    WAITING = nonmember(("pending", "not_scanned"))
    SETTLED = nonmember(("clean", "infected"))


class ExpenseCategory(models.TextChoices):
    """What money is spent on, in the words of the national form for grants (cerfa 12156)."""

    PURCHASES = "purchases", "Achats"
    SERVICES = "services", "Services extérieurs (loyers, entretien, assurances)"
    OTHER_SERVICES = "other_services", "Autres services (honoraires, communication, déplacements)"
    TAXES = "taxes", "Impôts et taxes"
    STAFF = "staff", "Charges de personnel"
    OTHER = "other", "Autres charges"
    IN_KIND = "in_kind", "Contributions volontaires (bénévolat, mises à disposition)"


class FundingState(models.TextChoices):
    """Whether another funder's money is there."""

    GRANTED = "granted", "Obtenu"
    ASKED = "asked", "Demandé, sans réponse"
    PLANNED = "planned", "À demander"
