"""What the database holds about an agenda: settled while its session is prepared or held."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from actions.enums import ActionStatus, Method, Outcome, SessionState
from actions.models.action_guarantees import ABOVE_EVERY_AMOUNT
from actions.models.committee_session_guarantees import may_sit, voters_of
from actions.models.interest_conditions import note_act
from ess_portal.base.triggers import Guarantee, append_only, listed

_KEPT = "L’ordre du jour d’une séance close ne se modifie pas."
_ABOUT_THE_OUTCOME = (
    "position",
    "outcome",
    "amount",
    "amount_before",
    "method",
    "votes_for",
    "votes_against",
    "abstentions",
    "proposed_by_id",
)
_VOTES = ("votes_for", "votes_against", "abstentions")
_ABOUT_THE_CONFIRMATION = ("seconded_by_id", "decision_id", "amendment_id", "is_open", "version")


def _rows(columns) -> str:
    """Say that none of `columns` changes."""
    new, old = (", ".join(f"{row}.{column}" for column in columns) for row in ("NEW", "OLD"))
    return f"ROW({new}) IS NOT DISTINCT FROM ROW({old})"


AGENDA_ITEM_CONSTRAINTS = (
    models.UniqueConstraint(
        fields=("session", "action"),
        name="actions_agendaitem_once_per_session",
        violation_error_message="Cette action est déjà à l’ordre du jour.",
    ),
    models.UniqueConstraint(
        fields=("action",),
        condition=Q(is_open=True),
        name="actions_agendaitem_one_open_agenda",
        violation_error_message="Cette action est à l’ordre du jour d’une autre séance.",
    ),
    models.UniqueConstraint(
        fields=("session", "position"),
        name="actions_agendaitem_one_per_rank",
        deferrable=models.Deferrable.DEFERRED,
        violation_error_message="Deux points ne peuvent pas avoir le même rang.",
    ),
    models.CheckConstraint(
        condition=Q(outcome__isnull=False, outcome__in=("", *Outcome.values)),
        name="actions_agendaitem_known_outcome",
        violation_error_message="Choisissez une suite dans la liste.",
    ),
    models.CheckConstraint(
        condition=Q(amount__isnull=True)
        | Q(outcome__in=Outcome.GRANTING, amount__gt=0, amount__lt=ABOVE_EVERY_AMOUNT),
        name="actions_agendaitem_amount_is_granted",
        violation_error_message=(
            "Un montant s’accorde à une action priorisée ou augmentée, au-dessus de 0 €."
        ),
    ),
    # A point leads to a decision, an amendment or neither; never to another point's.
    models.CheckConstraint(
        condition=Q(outcome=Outcome.INCREASE, decision__isnull=True)
        | (~Q(outcome=Outcome.INCREASE) & Q(amendment__isnull=True)),
        name="actions_agendaitem_leads_to_its_own",
        violation_error_message="Une augmentation devient un avenant, une autre suite une décision.",
    ),
    models.CheckConstraint(
        condition=Q(public_reason__isnull=False)
        & (Q(outcome=Outcome.PRIORITISE) | Q(public_reason="")),
        name="actions_agendaitem_public_reason_of_a_grant",
        violation_error_message="Seul le motif d’une priorisation a une part publique.",
    ),
    models.CheckConstraint(
        condition=Q(method__isnull=False)
        & (
            Q(method=Method.VOTE)
            | Q(
                method__in=("", Method.CONSENT),
                votes_for__isnull=True,
                votes_against__isnull=True,
                abstentions__isnull=True,
            )
        ),
        name="actions_agendaitem_votes_are_counted",
        violation_error_message="On ne compte les voix que d’un vote.",
    ),
    models.CheckConstraint(
        condition=Q(seconded_by__isnull=True)
        | (Q(proposed_by__isnull=False) & ~Q(seconded_by=F("proposed_by"))),
        name="actions_agendaitem_seconded_by_another",
        violation_error_message="Une autre personne doit confirmer la décision.",
    ),
)

AGENDA_ITEM_TRIGGERS = (
    Guarantee(
        name="written_in_time",
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("session_state", "text"), ("subject", "actions_agendaitem")],
        func=f"""
                    subject := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
                    SELECT s.state INTO session_state FROM actions_committeesession s
                    WHERE s.id = subject.session_id FOR SHARE;
                    IF TG_OP = 'UPDATE' AND NOT ({_rows(("id", "session_id", "action_id"))}) THEN
                        REFUSE actions_agendaitem_keeps_its_place
                            'Un point garde sa séance et son action.';
                    END IF;
                    IF TG_OP = 'DELETE' AND session_state IN ('preparing', 'sitting') AND EXISTS (
                        SELECT 1 FROM actions_itemrecusal r WHERE r.item_id = OLD.id
                    ) THEN
                        REFUSE actions_agendaitem_with_recusals_is_kept
                            'Un déport est noté sur ce point : il reste à l’ordre du jour.';
                    END IF;
                    IF session_state IN ('preparing', 'sitting') THEN
                        subject.amount_before := (
                            SELECT a.amount_granted FROM actions_action a
                            WHERE a.id = subject.action_id
                            AND a.status IN ({listed(ActionStatus.AMENDABLE)})
                        );
                        RETURN subject;
                    END IF;
                    IF TG_OP = 'UPDATE' AND {_rows(_ABOUT_THE_OUTCOME)}
                        AND (NEW.reason = OLD.reason AND NEW.public_reason = OLD.public_reason
                            AND session_state = 'closed'
                            OR {_rows(_ABOUT_THE_CONFIRMATION)} AND NEW.reason = ''
                            AND NEW.public_reason IN ('', OLD.public_reason)) THEN
                        RETURN NEW;
                    END IF;
                    REFUSE actions_agendaitem_written_in_time '{_KEPT}';
                """,
    ),
    # Its name sorts after "written_in_time", which takes the session: who is there is settled.
    Guarantee(
        name="written_with_members",
        operation=pgtrigger.Insert
        | pgtrigger.UpdateOf(
            "proposed_by_id", "seconded_by_id", "votes_for", "votes_against", "abstentions"
        ),
        declare=[("person", "bigint")],
        func=f"""
                    IF coalesce(NEW.votes_for, 0) + coalesce(NEW.votes_against, 0)
                        + coalesce(NEW.abstentions, 0)
                        > {voters_of("NEW.session_id", "NEW.id")}
                        AND (TG_OP = 'INSERT' OR NOT ({_rows(_VOTES)})) THEN
                        REFUSE actions_agendaitem_votes_of_members_present
                            'Il y a plus de voix que de votants présents.';
                    END IF;
                    FOREACH person IN ARRAY ARRAY[
                        CASE WHEN TG_OP = 'INSERT' OR NEW.proposed_by_id IS DISTINCT FROM
                            OLD.proposed_by_id THEN NEW.proposed_by_id END,
                        CASE WHEN TG_OP = 'INSERT' OR NEW.seconded_by_id IS DISTINCT FROM
                            OLD.seconded_by_id THEN NEW.seconded_by_id END
                    ] LOOP
                        CONTINUE WHEN person IS NULL;
                        {note_act("person")}
                        IF NOT actors_has_role(person, 'committee')
                            OR NOT {may_sit("NEW.session_id", "NEW.id", "person")}
                            OR actions_is_linked(NEW.action_id, person)
                            OR actions_has_evaluated(NEW.action_id, person) THEN
                            REFUSE actions_agendaitem_by_a_member_present
                                'La décision est portée, et confirmée, par un membre présent ayant droit de vote, sans lien avec l’action et qui ne s’en est pas déporté.';
                        END IF;
                    END LOOP;
                    RETURN NEW;
                """,
    ),
    # FOR SHARE makes a reopening, or a withdrawal, wait for us, and us for it.
    Guarantee(
        name="of_a_decidable_action",
        operation=pgtrigger.Insert,
        func=f"""
                    PERFORM 1 FROM actions_action a
                    WHERE a.id = NEW.action_id AND a.status IN
                        ({listed((*ActionStatus.DECIDABLE, *ActionStatus.AMENDABLE))})
                    FOR SHARE;
                    IF NOT FOUND THEN
                        REFUSE actions_agendaitem_of_a_decidable_action
                            'Seule une action évaluée, en vivier ou financée et en cours va à l’ordre du jour.';
                    END IF;
                    IF NOT NEW.is_open THEN
                        REFUSE actions_agendaitem_starts_open
                            'Un point ajouté est à l’ordre du jour.';
                    END IF;
                    IF EXISTS (
                        SELECT 1 FROM actions_decision d
                        WHERE d.action_id = NEW.action_id
                        AND d.confirmed_at IS NULL AND d.cancelled_at IS NULL
                    ) THEN
                        REFUSE actions_agendaitem_beside_no_decision
                            'Une décision hors séance attend déjà d’être confirmée sur cette action.';
                    END IF;
                    RETURN NEW;
                """,
    ),
    # Its action is free of it once the session is over, and not before.
    Guarantee(
        name="open_while_its_session_is",
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf("is_open"),
        timing=pgtrigger.Deferred,
        func=f"""
                    IF EXISTS (
                        SELECT 1 FROM actions_agendaitem i
                        JOIN actions_committeesession s ON s.id = i.session_id
                        WHERE i.id = NEW.id AND i.is_open <> (s.state IN ({listed(SessionState.OPEN)}))
                    ) THEN
                        REFUSE actions_agendaitem_open_while_its_session_is
                            'Un point quitte l’ordre du jour quand sa séance est publiée ou annulée.';
                    END IF;
                    RETURN NULL;
                """,
    ),
)

ITEM_RECUSAL_CONSTRAINTS = (
    models.UniqueConstraint(
        fields=("item", "member"),
        name="actions_itemrecusal_once",
        violation_error_message="Cette personne s’est déjà déportée de ce point.",
    ),
)

ITEM_RECUSAL_TRIGGERS = (
    # Only the reason may be emptied later, by retention. Neither the point nor the member is taken
    # away, and written again with its key, meanwhile.
    Guarantee(
        name="declared_in_time",
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
                    IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND NOT (
                        {_rows(("id", "item_id", "member_id", "declared_by_id", "declared_at"))}
                        AND NEW.reason IN ('', OLD.reason)
                    ) THEN
                        REFUSE actions_itemrecusal_is_kept 'Un déport ne s’efface pas.';
                    END IF;
                    IF TG_OP = 'INSERT' THEN
                        PERFORM 1 FROM actions_agendaitem i
                        JOIN actions_committeesession s ON s.id = i.session_id
                        JOIN actions_sessionmember m ON m.session_id = s.id
                        WHERE i.id = NEW.item_id AND m.id = NEW.member_id
                        AND s.state IN ('preparing', 'sitting')
                        FOR SHARE OF s FOR KEY SHARE OF i, m;
                        IF NOT FOUND THEN
                            REFUSE actions_itemrecusal_declared_in_time
                                'On se déporte d’un point avant la clôture de sa séance.';
                        END IF;
                        IF NOT EXISTS (
                            SELECT 1 FROM actions_sessionmember m
                            JOIN actions_committeesession s ON s.id = m.session_id
                            WHERE m.id = NEW.member_id
                            AND NEW.declared_by_id IN (m.user_id, s.chair_id)
                        ) AND actors_has_role(NEW.declared_by_id, 'agent') IS NOT TRUE THEN
                            REFUSE actions_itemrecusal_noted_by_who_keeps_the_session
                                'Un déport est déclaré par la personne, ou noté par un agent ou le président de la séance.';
                        END IF;
                        IF NOT EXISTS (
                            SELECT 1 FROM actions_sessionmember m
                            WHERE m.id = NEW.member_id AND m.user_id = NEW.declared_by_id
                        ) THEN
                            {note_act("NEW.declared_by_id")}
                            IF actions_is_linked(
                                (SELECT i.action_id FROM actions_agendaitem i WHERE i.id = NEW.item_id),
                                NEW.declared_by_id
                            ) THEN
                                REFUSE actions_itemrecusal_by_somebody_without_interest
                                    'Cette personne est liée au porteur ou à un partenaire : une autre note le déport.';
                            END IF;
                        END IF;
                    END IF;
                    RETURN NEW;
                """,
    ),
)

AGENDA_REMOVAL_TRIGGERS = (
    append_only("actions_agendaremoval_append_only", "Un retrait de l’ordre du jour reste noté."),
    Guarantee(
        name="noted_by_who_keeps_it",
        operation=pgtrigger.Insert,
        func=f"""
                    {note_act("NEW.by_id")}
                    IF (NEW.by_id = (
                        SELECT s.chair_id FROM actions_committeesession s WHERE s.id = NEW.session_id
                    ) OR actors_has_role(NEW.by_id, 'agent')) IS NOT TRUE
                        OR actions_is_linked(NEW.action_id, NEW.by_id) THEN
                        REFUSE actions_agendaremoval_noted_by_who_keeps_it
                            'Un retrait est noté par un agent ou la présidence, sans lien avec l’action.';
                    END IF;
                    RETURN NEW;
                """,
    ),
    Guarantee(
        name="of_a_point_that_is_off",
        operation=pgtrigger.Insert,
        func="""
                    IF EXISTS (
                        SELECT 1 FROM actions_agendaitem i
                        WHERE i.session_id = NEW.session_id AND i.action_id = NEW.action_id
                    ) THEN
                        REFUSE actions_agendaremoval_of_a_point_that_is_off
                            'Ce point est encore à l’ordre du jour.';
                    END IF;
                    NEW.at := now();
                    RETURN NEW;
                """,
    ),
    Guarantee(
        name="written_in_time",
        operation=pgtrigger.Insert,
        func=f"""
                    PERFORM 1 FROM actions_committeesession s
                    WHERE s.id = NEW.session_id AND s.agenda_sent_at IS NOT NULL
                    AND s.state IN ({listed(SessionState.WRITABLE)}) FOR SHARE;
                    IF NOT FOUND THEN
                        REFUSE actions_agendaremoval_written_in_time
                            'Un point se retire d’un ordre du jour envoyé, avant la fin de la séance.';
                    END IF;
                    RETURN NEW;
                """,
    ),
)
