"""What the database holds about sessions: step by step, published together, within the envelope."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from actions.enums import SESSION_STEPS, Attendance, Outcome, SessionState
from actions.models.action_guarantees import ABOVE_EVERY_AMOUNT
from ess_portal.base.triggers import Guarantee, append_only, listed

MIN_QUORUM = 2  # one proposes, another confirms
_OVER = "Une séance publiée ou annulée ne se modifie pas."
_NOT_TOGETHER = (
    "Toutes les décisions d’une séance se publient ensemble, confirmées par deux personnes."
)


def _steps() -> str:
    return ", ".join(sorted(f"('{before}', '{after}')" for before, after in SESSION_STEPS))


_VOTERS = """(
                        SELECT count(*) FROM actions_sessionmember m
                        WHERE m.session_id = {session} AND m.votes AND m.attendance = 'present'
                        {but}
                    )"""


def voters_of(session: str, item: str | None = None) -> str:
    """Return the SQL that counts who votes in a session, or on one item of it."""
    but = (
        ""
        if item is None
        else f"""AND NOT EXISTS (
                            SELECT 1 FROM actions_itemrecusal r
                            WHERE r.item_id = {item} AND r.member_id = m.id
                        )"""
    )
    return _VOTERS.format(session=session, but=but)


def may_sit(session: str, item: str, person: str) -> str:
    """Return the SQL condition that somebody is there, votes, and didn't step aside from an item."""
    there = (
        voters_of(session, item)
        .replace("count(*)", "1")
        .replace("AND m.votes", f"AND m.user_id = {person} AND m.votes")
    )
    return f"EXISTS {there}"


# Of the row's session, before and after.
_OF_SESSIONS = """
                CASE WHEN TG_OP = 'DELETE' THEN OLD.session_id ELSE NEW.session_id END,
                CASE WHEN TG_OP = 'INSERT' THEN NEW.session_id ELSE OLD.session_id END
            """.strip()


def _while_session_is(states, name: str, sentence: str, *, operation=None) -> Guarantee:
    """Return a guarantee that rows of a session are written only while it is in `states`.

    The session's row is taken whatever its state, then looked at: a closing waits for the row being
    written, and the row for a closing under way. A session that isn't there yet is refused too.
    """
    return Guarantee(
        name="written_in_time",
        operation=operation or pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            PERFORM 1 FROM actions_committeesession s WHERE s.id IN ({_OF_SESSIONS})
            ORDER BY s.id FOR SHARE;
            IF EXISTS (
                SELECT 1 FROM unnest(ARRAY[{_OF_SESSIONS}]) AS touched(id)
                WHERE NOT EXISTS (
                    SELECT 1 FROM actions_committeesession s
                    WHERE s.id = touched.id AND s.state IN ({listed(states)})
                )
            ) THEN
                REFUSE {name} '{sentence}';
            END IF;
            IF TG_OP = 'DELETE' THEN
                RETURN OLD;
            END IF;
            RETURN NEW;
        """,
    )


COMMITTEE_SESSION_CONSTRAINTS = (
    models.CheckConstraint(
        condition=Q(state__isnull=False, state__in=SessionState.values),
        name="actions_committeesession_known_state",
        violation_error_message="Cet état de séance n’existe pas.",
    ),
    models.CheckConstraint(
        condition=Q(quorum__gte=MIN_QUORUM),
        name="actions_committeesession_quorum_of_two",
        violation_error_message="Le quorum est d’au moins 2 membres.",
    ),
    models.CheckConstraint(
        condition=Q(envelope__gte=0, envelope__lt=ABOVE_EVERY_AMOUNT),
        name="actions_committeesession_envelope_in_range",
        violation_error_message="L’enveloppe ne peut pas être négative.",
    ),
    # Closed by its chair, and by nobody before; the pair goes together.
    models.CheckConstraint(
        condition=(
            Q(state__in=(SessionState.CLOSED, SessionState.PUBLISHED))
            & Q(closed_by__isnull=False, closed_at__isnull=False)
            & Q(closed_by=F("chair"))
        )
        | (
            ~Q(state__in=(SessionState.CLOSED, SessionState.PUBLISHED))
            & Q(closed_by__isnull=True, closed_at__isnull=True)
        ),
        name="actions_committeesession_closed_by_its_chair",
        violation_error_message="Clore la séance revient à son président.",
    ),
    models.CheckConstraint(
        condition=Q(state=SessionState.PUBLISHED, published_at__isnull=False)
        | (~Q(state=SessionState.PUBLISHED) & Q(published_at__isnull=True)),
        name="actions_committeesession_publication_is_dated",
        violation_error_message="Une séance publiée a une date de publication.",
    ),
)

COMMITTEE_SESSION_TRIGGERS = (
    # What is written about a session points at its key: exchanged, it would reopen a closed one.
    Guarantee(
        name="key_is_kept",
        operation=pgtrigger.Update,
        func="""
                    IF NEW.id IS DISTINCT FROM OLD.id THEN
                        REFUSE actions_committeesession_key_is_kept
                            'La clé d’une séance ne change pas.';
                    END IF;
                    RETURN NEW;
                """,
    ),
    Guarantee(
        name="goes_step_by_step",
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
                    IF TG_OP = 'INSERT' THEN
                        IF NEW.state <> 'preparing' THEN
                            REFUSE actions_committeesession_starts_in_preparation
                                'Une séance est d’abord préparée.';
                        END IF;
                        RETURN NEW;
                    END IF;
                    IF OLD.state IN ('published', 'cancelled') THEN
                        REFUSE actions_committeesession_is_kept '{_OVER}';
                    END IF;
                    IF TG_OP = 'DELETE' THEN
                        REFUSE actions_committeesession_is_kept '{_OVER}';
                    END IF;
                    IF NEW.state <> OLD.state
                        AND ((OLD.state, NEW.state) IN ({_steps()})) IS NOT TRUE THEN
                        REFUSE actions_committeesession_goes_step_by_step
                            'Une séance se prépare, se tient, se clôt, puis se publie.';
                    END IF;
                    IF OLD.state <> 'preparing' AND ROW(NEW.programme_id, NEW.envelope, NEW.quorum,
                                                           NEW.budget_line)
                        IS DISTINCT FROM ROW(OLD.programme_id, OLD.envelope, OLD.quorum,
                                             OLD.budget_line) THEN
                        REFUSE actions_committeesession_is_settled_before
                            'Enveloppe, ligne budgétaire et quorum se fixent pendant la préparation.';
                    END IF;
                    IF OLD.state = 'closed' AND NEW.state IN ('closed', 'published')
                        AND ROW(NEW.chair_id, NEW.closed_by_id, NEW.closed_at, NEW.opened_at,
                                NEW.held_on, NEW.starts_at, NEW.place)
                            IS DISTINCT FROM
                            ROW(OLD.chair_id, OLD.closed_by_id, OLD.closed_at, OLD.opened_at,
                                OLD.held_on, OLD.starts_at, OLD.place)
                        OR OLD.state = 'sitting' AND NEW.opened_at IS DISTINCT FROM OLD.opened_at
                    THEN
                        REFUSE actions_committeesession_keeps_its_chair
                            'Une séance close garde son président, sa date et son lieu.';
                    END IF;
                    IF NEW.state IN ('published', 'cancelled') AND EXISTS (
                        SELECT 1 FROM actions_agendaitem i WHERE i.session_id = NEW.id AND i.is_open
                    ) THEN
                        REFUSE actions_committeesession_frees_its_actions
                            'Une séance finie libère les actions de son ordre du jour.';
                    END IF;
                    RETURN NEW;
                """,
    ),
    # What was noted while people came and went is looked at once nobody does any more.
    Guarantee(
        name="closed_by_who_sits",
        operation=pgtrigger.Update,
        condition=pgtrigger.Q(old__state="sitting", new__state="closed"),
        func=f"""
                    IF NEW.chair_id IS DISTINCT FROM OLD.chair_id
                        OR NOT actors_has_role(NEW.chair_id, 'committee')
                        OR NOT EXISTS (
                            SELECT 1 FROM actions_sessionmember m
                            WHERE m.session_id = NEW.id AND m.user_id = NEW.chair_id AND m.votes
                            AND m.attendance = 'present'
                        ) THEN
                        REFUSE actions_committeesession_closed_by_a_member
                            'Le président est un membre présent de la séance, qui a droit de vote.';
                    END IF;
                    IF EXISTS (
                        SELECT 1 FROM actions_agendaitem i WHERE i.session_id = NEW.id
                        AND (coalesce(i.votes_for, 0) + coalesce(i.votes_against, 0)
                        + coalesce(i.abstentions, 0) > {voters_of("NEW.id", "i.id")}
                            OR i.outcome IN ({listed(Outcome.DECISIONS)})
                            AND ({may_sit("NEW.id", "i.id", "i.proposed_by_id")}) IS NOT TRUE
                            OR i.seconded_by_id IS NOT NULL
                            AND ({may_sit("NEW.id", "i.id", "i.seconded_by_id")}) IS NOT TRUE
                            OR i.outcome IN ({listed(Outcome.DECISIONS)}) AND (
                                actions_is_linked(i.action_id, i.proposed_by_id)
                                OR actions_has_evaluated(i.action_id, i.proposed_by_id)
                                OR actions_is_linked(i.action_id, i.seconded_by_id)
                                OR actions_has_evaluated(i.action_id, i.seconded_by_id)
                            ))
                    ) THEN
                        REFUSE actions_committeesession_decided_by_members_present
                            'Un point a plus de voix que de votants présents, ou sa décision est portée ou confirmée par une personne qui n’en décide pas.';
                    END IF;
                    -- Of each envelope, the vote that counts.
                    IF EXISTS (
                        SELECT 1 FROM (
                            SELECT DISTINCT ON (v.challenge_id)
                                v.votes_for + v.votes_against + v.abstentions AS voices
                            FROM actions_envelopevote v
                            WHERE v.session_id = NEW.id AND v.votes_for > v.votes_against
                            ORDER BY v.challenge_id, v.id DESC
                        ) counted WHERE counted.voices > {voters_of("NEW.id")}
                    ) THEN
                        REFUSE actions_committeesession_envelope_voted_by_members_present
                            'Un vote sur l’enveloppe a plus de voix que de votants présents.';
                    END IF;
                    RETURN NEW;
                """,
    ),
    # All or none: each decision is confirmed in this very transaction, by the two people
    # that the agenda names, and the amounts stay within the envelope.
    Guarantee(
        name="published_together",
        operation=pgtrigger.Update,
        condition=pgtrigger.Q(old__state="closed", new__state="published"),
        func=f"""
                    IF EXISTS (
                        SELECT 1 FROM actions_agendaitem i
                        WHERE i.session_id = NEW.id
                        AND (i.outcome NOT IN ({listed(Outcome.values)})
                            OR i.outcome IN ({listed(Outcome.DECISIONS)})
                            AND (
                                ({may_sit("NEW.id", "i.id", "i.proposed_by_id")}) IS NOT TRUE
                                OR ({may_sit("NEW.id", "i.id", "i.seconded_by_id")}) IS NOT TRUE
                                OR i.outcome <> 'increase' AND NOT EXISTS (
                                    SELECT 1 FROM actions_decision d
                                    WHERE d.id = i.decision_id AND d.action_id = i.action_id
                                    AND d.kind = i.outcome AND d.confirmed_at = now()
                                    AND d.proposed_by_id = i.proposed_by_id
                                    AND d.confirmed_by_id = i.seconded_by_id
                                    AND d.amount IS NOT DISTINCT FROM i.amount
                                    AND ROW(d.reason, d.public_reason) = ROW(i.reason, i.public_reason)
                                )
                                OR i.outcome = 'increase' AND NOT EXISTS (
                                    SELECT 1 FROM actions_amendment m
                                    WHERE m.id = i.amendment_id AND m.action_id = i.action_id
                                    AND m.confirmed_at = now()
                                    AND m.proposed_by_id = i.proposed_by_id
                                    AND m.confirmed_by_id = i.seconded_by_id
                                    AND m.new_amount = m.old_amount + i.amount
                                    AND m.reason = i.reason
                                ))
                            OR i.outcome NOT IN ({listed(Outcome.DECISIONS)})
                            AND num_nonnulls(i.decision_id, i.amendment_id) > 0)
                    ) THEN
                        REFUSE actions_committeesession_published_together '{_NOT_TOGETHER}';
                    END IF;
                    IF (
                        SELECT coalesce(sum(i.amount), 0) FROM actions_agendaitem i
                        WHERE i.session_id = NEW.id AND i.outcome IN ({listed(Outcome.GRANTING)})
                    ) > coalesce((
                        SELECT v.amount FROM actions_envelopevote v
                        WHERE v.session_id = NEW.id AND v.challenge_id IS NULL
                        AND v.votes_for > v.votes_against ORDER BY v.id DESC LIMIT 1
                    ), NEW.envelope) OR EXISTS (
                        SELECT 1 FROM actions_challengeenvelope e
                        WHERE e.session_id = NEW.id AND (
                            SELECT coalesce(sum(i.amount), 0) FROM actions_agendaitem i
                            JOIN actions_action a ON a.id = i.action_id
                            JOIN challenges_measure m ON m.id = a.measure_id
                            WHERE i.session_id = NEW.id
                            AND i.outcome IN ({listed(Outcome.GRANTING)})
                            AND m.challenge_id = e.challenge_id
                        ) > coalesce((
                            SELECT v.amount FROM actions_envelopevote v
                            WHERE v.session_id = NEW.id AND v.challenge_id = e.challenge_id
                            AND v.votes_for > v.votes_against ORDER BY v.id DESC LIMIT 1
                        ), e.amount)
                    ) THEN
                        REFUSE actions_committeesession_within_its_envelope
                            'Les montants accordés dépassent l’enveloppe.';
                    END IF;
                    RETURN NEW;
                """,
    ),
)

CHALLENGE_ENVELOPE_CONSTRAINTS = (
    models.UniqueConstraint(
        fields=("session", "challenge"),
        name="actions_challengeenvelope_once",
        violation_error_message="Ce défi a déjà son enveloppe dans la séance.",
    ),
    models.CheckConstraint(
        condition=Q(amount__gte=0, amount__lt=ABOVE_EVERY_AMOUNT),
        name="actions_challengeenvelope_in_range",
        violation_error_message="L’enveloppe d’un défi ne peut pas être négative.",
    ),
)

CHALLENGE_ENVELOPE_TRIGGERS = (
    _while_session_is(
        (SessionState.PREPARING,),
        "actions_challengeenvelope_written_in_time",
        "Les enveloppes se fixent pendant la préparation ; ensuite, un vote les relève.",
    ),
)

ENVELOPE_VOTE_CONSTRAINTS = (
    models.CheckConstraint(
        condition=Q(amount__gte=0, amount__lt=ABOVE_EVERY_AMOUNT),
        name="actions_envelopevote_in_range",
        violation_error_message="L’enveloppe ne peut pas être négative.",
    ),
)

ENVELOPE_VOTE_TRIGGERS = (
    append_only("actions_envelopevote_append_only", "Un vote sur l’enveloppe ne se modifie pas."),
    _while_session_is(
        (SessionState.SITTING,),
        "actions_envelopevote_written_in_time",
        "On vote sur l’enveloppe pendant la séance.",
        operation=pgtrigger.Insert,
    ),
    Guarantee(
        name="written_with_voters",
        operation=pgtrigger.Insert,
        func=f"""
                    IF NEW.votes_for + NEW.votes_against + NEW.abstentions <> {voters_of("NEW.session_id")} OR
                        EXISTS (SELECT 1 FROM actions_committeesession s WHERE s.id = NEW.session_id AND s.quorum > {voters_of("NEW.session_id")}) THEN
                        REFUSE actions_envelopevote_of_members_present
                            'Les voix sont celles des votants présents, au moins autant que le quorum.';
                    END IF;
                    -- The last vote counts: which one that is isn't for the writer to say.
                    NEW.id := nextval(pg_get_serial_sequence('actions_envelopevote', 'id'));
                    RETURN NEW;
                """,
    ),
)

SESSION_MEMBER_CONSTRAINTS = (
    models.UniqueConstraint(
        fields=("session", "user"),
        name="actions_sessionmember_once",
        violation_error_message="Cette personne est déjà membre de la séance.",
    ),
    models.CheckConstraint(
        condition=Q(attendance__isnull=False, attendance__in=Attendance.values),
        name="actions_sessionmember_known_attendance",
        violation_error_message="Choisissez une présence dans la liste.",
    ),
)

SESSION_MEMBER_TRIGGERS = (
    # Whoever stepped aside did so as this member, of this session.
    Guarantee(
        name="is_kept",
        operation=pgtrigger.Update | pgtrigger.Delete,
        func="""
                    IF TG_OP = 'DELETE' THEN
                        IF EXISTS (
                            SELECT 1 FROM actions_itemrecusal r WHERE r.member_id = OLD.id
                        ) THEN
                            REFUSE actions_sessionmember_is_kept
                                'Un membre qui s’est déporté d’un point reste dans la séance.';
                        END IF;
                        RETURN OLD;
                    END IF;
                    IF ROW(NEW.id, NEW.session_id, NEW.user_id)
                        IS DISTINCT FROM ROW(OLD.id, OLD.session_id, OLD.user_id) THEN
                        REFUSE actions_sessionmember_is_kept
                            'Un membre garde sa séance, et personne ne prend sa place.';
                    END IF;
                    RETURN NEW;
                """,
    ),
    _while_session_is(
        SessionState.WRITABLE,
        "actions_sessionmember_written_in_time",
        "Les membres et leur présence ne changent plus après la clôture.",
    ),
)
