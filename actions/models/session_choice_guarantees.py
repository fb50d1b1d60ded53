"""What the database holds about what a session chooses: of its programme, by a quorum and a majority."""

import pgtrigger

from actions.enums import DECIDED_FROM, ActionStatus, DecisionKind, Outcome
from actions.models.committee_session_guarantees import voters_of
from ess_portal.base.triggers import Guarantee, listed

_FITS = {
    Outcome.PRIORITISE: DECIDED_FROM[DecisionKind.PRIORITISE],
    Outcome.POSTPONE: DECIDED_FROM[DecisionKind.POSTPONE],
    Outcome.ANNOUNCE_REFUSAL: DECIDED_FROM[DecisionKind.ANNOUNCE_REFUSAL],
    Outcome.INCREASE: ActionStatus.AMENDABLE,
    # It may have ended since it was put on the agenda.
    Outcome.KEEP: ActionStatus.GRANTED,
}


def _choices() -> str:
    return ", ".join(
        f"('{outcome}', '{status}')" for outcome, statuses in _FITS.items() for status in statuses
    )


ITEM_CHOICE_TRIGGERS = (
    # Tied beforehand to a decision taken elsewhere, a point would say that its session took it. What a
    # publication asks of the two is asked there.
    Guarantee(
        name="leads_to_what_is_published",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("decision_id", "amendment_id"),
        timing=pgtrigger.Deferred,
        func="""
            IF EXISTS (
                SELECT 1 FROM actions_agendaitem i
                JOIN actions_committeesession s ON s.id = i.session_id
                WHERE i.id = NEW.id AND s.state <> 'published'
                AND num_nonnulls(i.decision_id, i.amendment_id) > 0
            ) THEN
                REFUSE actions_agendaitem_leads_to_what_is_published
                    'Un point mène à sa décision quand sa séance est publiée, et pas avant.';
            END IF;
            RETURN NULL;
        """,
    ),
    # Its name sorts after "written_in_time", which takes the session.
    Guarantee(
        name="written_of_its_programme",
        operation=pgtrigger.Insert,
        func="""
            IF (SELECT a.programme_id FROM actions_action a WHERE a.id = NEW.action_id)
                IS DISTINCT FROM
               (SELECT s.programme_id FROM actions_committeesession s WHERE s.id = NEW.session_id)
            THEN
                REFUSE actions_agendaitem_written_of_its_programme
                    'Une séance décide des actions de son programme.';
            END IF;
            RETURN NEW;
        """,
    ),
)

SESSION_CHOICE_TRIGGERS = (
    # Looked at once nobody comes, leaves, votes or steps aside any more.
    Guarantee(
        name="decided_as_asked",
        operation=pgtrigger.Update,
        condition=pgtrigger.Q(old__state="sitting", new__state="closed"),
        func=f"""
            IF EXISTS (
                SELECT 1 FROM actions_agendaitem i JOIN actions_action a ON a.id = i.action_id
                WHERE i.session_id = NEW.id AND i.outcome IN ({listed(_FITS)})
                AND ((i.outcome, a.status) IN ({_choices()})) IS NOT TRUE
            ) THEN
                REFUSE actions_committeesession_decided_in_its_state
                    'Un point décide autre chose que ce que permet l’état de son action.';
            END IF;
            IF EXISTS (
                SELECT 1 FROM actions_agendaitem i
                WHERE i.session_id = NEW.id AND i.outcome IN ({listed(Outcome.DECISIONS)})
                AND {voters_of("NEW.id", "i.id")} < NEW.quorum
            ) THEN
                REFUSE actions_committeesession_decided_by_a_quorum
                    'Le quorum n’est pas atteint sur un point décidé.';
            END IF;
            IF EXISTS (
                SELECT 1 FROM actions_agendaitem i
                WHERE i.session_id = NEW.id AND i.outcome IN ({listed(Outcome.DECISIONS)})
                AND (i.method = 'consent' OR i.method = 'vote' AND i.votes_for > i.votes_against
                    AND i.votes_for + i.votes_against + i.abstentions
                        = {voters_of("NEW.id", "i.id")}) IS NOT TRUE
            ) THEN
                REFUSE actions_committeesession_decided_by_a_majority
                    'Un point se décide par consentement, ou à la majorité des voix des votants présents.';
            END IF;
            RETURN NEW;
        """,
    ),
    Guarantee(
        name="keeps_its_programme",
        operation=pgtrigger.UpdateOf("programme_id"),
        func="""
            IF NEW.programme_id IS DISTINCT FROM OLD.programme_id AND EXISTS (
                SELECT 1 FROM actions_agendaitem i WHERE i.session_id = NEW.id
            ) THEN
                REFUSE actions_committeesession_keeps_its_programme
                    'Une séance dont l’ordre du jour est écrit garde son programme.';
            END IF;
            RETURN NEW;
        """,
    ),
)

ENVELOPE_CHOICE_TRIGGERS = (
    Guarantee(
        name="recorded_by_who_keeps_it",
        operation=pgtrigger.Insert,
        func="""
            IF (NEW.recorded_by_id = (
                SELECT s.chair_id FROM actions_committeesession s WHERE s.id = NEW.session_id
            ) OR actors_has_role(NEW.recorded_by_id, 'agent')) IS NOT TRUE THEN
                REFUSE actions_envelopevote_recorded_by_who_keeps_it
                    'Un vote sur l’enveloppe est noté par un agent ou le président de la séance.';
            END IF;
            NEW.recorded_at := now();
            RETURN NEW;
        """,
    ),
)

# What two people read was more money, and nothing else.
RAISED_ALONE = Guarantee(
    name="raised_alone",
    operation=pgtrigger.Insert,
    func="""
        IF NEW.new_amount > NEW.old_amount
            AND num_nonnulls(NEW.new_starts_on, NEW.new_ends_on, NEW.new_carrier_id) > 0 THEN
            REFUSE actions_amendment_raised_alone
                'Une augmentation ne change ni le porteur ni le calendrier.';
        END IF;
        RETURN NEW;
    """,
)
