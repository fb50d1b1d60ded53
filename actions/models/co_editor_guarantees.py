"""What the database holds about co-carriers: whoever wrote a file stays linked to it."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from actions.enums import ActionStatus
from ess_portal.base.triggers import Guarantee, listed

_STILL_OPEN = listed(ActionStatus.BEFORE_EVALUATION)

CO_EDITOR_CONSTRAINTS = (
    models.UniqueConstraint(
        fields=("action", "email"),
        condition=Q(withdrawn_at=None),
        name="actions_coeditor_once_per_action",
        violation_error_message="Cette personne est déjà invitée sur ce dossier.",
    ),
    models.CheckConstraint(
        condition=Q(email=Lower("email")),
        name="actions_coeditor_lower_case_email",
        violation_error_message="L’adresse électronique s’écrit en minuscules.",
    ),
    models.CheckConstraint(
        condition=Q(accepted_at__isnull=True, user__isnull=True)
        | Q(accepted_at__isnull=False, user__isnull=False),
        name="actions_coeditor_accepted_by_somebody",
        violation_error_message="Une invitation est acceptée par quelqu’un.",
    ),
)

CO_EDITOR_TRIGGERS = (
    Guarantee(
        name="a_writer_is_kept",
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
                    IF TG_OP <> 'INSERT' AND OLD.accepted_at IS NOT NULL AND (
                        TG_OP = 'DELETE' OR
                        ROW(NEW.id, NEW.action_id, NEW.user_id, NEW.accepted_at) IS DISTINCT FROM
                        ROW(OLD.id, OLD.action_id, OLD.user_id, OLD.accepted_at)
                    ) THEN
                        IF TG_OP = 'DELETE' AND EXISTS (
                            SELECT 1 FROM actions_action a
                            WHERE a.id = OLD.action_id AND a.status = 'draft'
                        ) THEN
                            RETURN OLD;
                        END IF;
                        REFUSE actions_coeditor_writer_is_kept
                            'Qui a écrit un dossier y reste lié.';
                    END IF;
                    IF TG_OP = 'DELETE' THEN
                        RETURN OLD;
                    END IF;
                    IF NEW.accepted_at IS NOT NULL
                        AND (TG_OP = 'INSERT' OR OLD.accepted_at IS NULL) THEN
                        PERFORM 1 FROM actions_action a WHERE a.id = NEW.action_id
                            AND a.status IN ({_STILL_OPEN}) FOR NO KEY UPDATE;
                        IF NOT FOUND THEN
                            REFUSE actions_coeditor_joins_before_evaluation
                                'On ne devient co-porteur qu’avant l’évaluation.';
                        END IF;
                        IF actions_has_acted(NEW.user_id) THEN
                            REFUSE actions_coeditor_behind_no_act
                                'On ne devient pas co-porteur dans l’opération même où l’on décide, évalue ou instruit.';
                        END IF;
                    END IF;
                    RETURN NEW;
                """,
    ),
    # A draft takes its writers with it, and lets none of them go alone.
    Guarantee(
        name="leaves_with_its_draft",
        when=pgtrigger.After,
        operation=pgtrigger.Delete,
        timing=pgtrigger.Deferred,
        condition=pgtrigger.Q(old__accepted_at__isnull=False),
        func="""
                    IF EXISTS (SELECT 1 FROM actions_action a WHERE a.id = OLD.action_id) THEN
                        REFUSE actions_coeditor_leaves_with_its_draft
                            'Qui a écrit un dossier y reste lié.';
                    END IF;
                    RETURN NULL;
                """,
    ),
)
