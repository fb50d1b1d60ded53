"""What the database holds about a carrier's file: sent, it changes no more, and nor do its attachments.

Until it is admitted an agent may correct what it says; its lines, levels and files are its
carrier's alone, while it is a draft or back for a correction.
"""

import pgtrigger
from django.db import models
from django.db.models import Q

from actions.enums import ActionStatus
from ess_portal.base.dated import dates_within_reach
from ess_portal.base.triggers import SOMETHING_WRITTEN, Guarantee, listed

STILL_CORRECTED = listed((*ActionStatus.BEFORE_EVALUATION, ActionStatus.RECORDED))
_EDITABLE = listed(ActionStatus.EDITABLE)
# Dates belong to the terms of a granted action, which an amendment changes.
CONTENT = (
    "title",
    "summary",
    "description",
    "measure_id",
    "other_partners",
    "jobs_created",
    "jobs_kept",
    "total_cost",
    "funding_asked",
    "own_resources",
    "other_funding",
    "certifies_accuracy",
    "accepts_terms",
    "signs_contract",
)
_DATES = ("starts_on", "ends_on")
ABOVE_EVERY_AMOUNT = 10**10


def finite(
    table: str, *, dates: tuple[str, ...], instants=(), numbers=()
) -> models.CheckConstraint:
    """Return the constraint that neither infinity nor « not a number » is written in these columns.

    PostgreSQL keeps both; no page could then be made of the row.
    """
    condition = dates_within_reach(dates, instants)
    for name in numbers:
        condition &= Q(**{f"{name}__lt": ABOVE_EVERY_AMOUNT})
    return models.CheckConstraint(
        condition=condition,
        name=f"{table}_is_finite",
        violation_error_message="Une date ou un montant est hors de toute mesure.",
    )


FILE_CONSTRAINTS = (
    finite(
        "actions_action",
        dates=_DATES,
        instants=("submitted_at", "started_at", "gate_closed_at"),
        numbers=(
            "total_cost",
            "funding_asked",
            "own_resources",
            "other_funding",
            "jobs_created",
            "jobs_kept",
            "recorded_amount",
        ),
    ),
    # What a source says of an action from before the portal: no other has one.
    models.CheckConstraint(
        condition=Q(status=ActionStatus.RECORDED)
        | Q(
            challenge__isnull=True,
            challenge_is_proposed=False,
            carrier_name="",
            recorded_year__isnull=True,
            recorded_state="",
            recorded_amount__isnull=True,
            recorded_funder="",
            sources="",
        ),
        name="actions_action_recorded_from_a_source",
        violation_error_message="Seule une action recensée dit ce qu’en dit sa source.",
    ),
    models.CheckConstraint(
        condition=Q(status=ActionStatus.COMPLETED) | Q(final_report=""),
        name="actions_action_report_of_what_is_completed",
        violation_error_message="Seule une action réalisée a un bilan final.",
    ),
)

# Everybody reads it, and nothing says who wrote another.
REPORT_IS_KEPT = Guarantee(
    name="k_report_is_kept",
    operation=pgtrigger.Update,
    func=f"""
        IF NEW.status = 'completed' AND OLD.status <> 'completed' THEN
            IF (NEW.final_report ~ '{SOMETHING_WRITTEN}') IS NOT TRUE THEN
                REFUSE actions_action_completed_with_its_report
                    'Écrivez le bilan final de l’action.';
            END IF;
            RETURN NEW;
        END IF;
        IF NEW.final_report IS DISTINCT FROM OLD.final_report THEN
            REFUSE actions_action_report_is_kept 'Le bilan final d’une action ne se réécrit pas.';
        END IF;
        RETURN NEW;
    """,
)


# Of the row's action, before and after. Taken first, then looked at: a sending under way is waited
# for, and seen.
OF_ACTIONS = """
                CASE WHEN TG_OP = 'DELETE' THEN OLD.action_id ELSE NEW.action_id END,
                CASE WHEN TG_OP = 'INSERT' THEN NEW.action_id ELSE OLD.action_id END
            """.strip()
TAKE_ACTIONS = f"""
            PERFORM 1 FROM actions_action a WHERE a.id IN ({OF_ACTIONS})
            ORDER BY a.id FOR NO KEY UPDATE;""".strip()


def _row(alias: str, columns: tuple[str, ...]) -> str:
    return f"ROW({', '.join(f'{alias}.{column}' for column in columns)})"


# Its carrier: `actions/models/carrier_guarantees.py`.
FILING_IS_KEPT = Guarantee(
    name="h_filing_is_kept",
    operation=pgtrigger.Update,
    func="""
        IF OLD.status IN ('draft', 'recorded') THEN
            RETURN NEW;
        END IF;
        IF ROW(NEW.uuid, NEW.programme_id, NEW.submitted_at, NEW.received_on_paper,
               NEW.created_by_id)
            IS DISTINCT FROM
           ROW(OLD.uuid, OLD.programme_id, OLD.submitted_at, OLD.received_on_paper,
               OLD.created_by_id) THEN
            REFUSE actions_action_filing_is_kept
                'La date de dépôt et le programme d’un dossier déposé ne changent pas.';
        END IF;
        RETURN NEW;
    """,
)

FILE_IS_KEPT = Guarantee(
    name="i_file_is_kept",
    operation=pgtrigger.UpdateOf(*CONTENT, *_DATES),
    func=f"""
        IF OLD.status IN ({STILL_CORRECTED}) THEN
            RETURN NEW;
        END IF;
        IF {_row("NEW", CONTENT)} IS DISTINCT FROM {_row("OLD", CONTENT)}
            OR OLD.status NOT IN ('prioritised', 'in_progress', 'completed', 'abandoned')
            AND {_row("NEW", _DATES)} IS DISTINCT FROM {_row("OLD", _DATES)} THEN
            REFUSE actions_action_file_is_kept 'Un dossier admis ne se modifie plus.';
        END IF;
        RETURN NEW;
    """,
)


# An action that isn't there yet could turn up in any state: its lines come after it.
_NOT_WRITTEN_NOW = f"""
            EXISTS (
                SELECT 1 FROM unnest(ARRAY[{OF_ACTIONS}]) AS touched(id)
                WHERE NOT EXISTS (
                    SELECT 1 FROM actions_action a
                    WHERE a.id = touched.id AND a.status IN ({_EDITABLE})
                )
            )""".strip()


def written_with_the_file(table: str) -> Guarantee:
    """Return the guarantee that rows of a file are written while its carrier writes it."""
    return Guarantee(
        name="written_with_the_file",
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            {TAKE_ACTIONS}
            IF {_NOT_WRITTEN_NOW} THEN
                REFUSE {table}_written_with_the_file
                    'Un dossier envoyé ne se modifie que pour y apporter le complément demandé.';
            END IF;
            IF TG_OP = 'DELETE' THEN
                RETURN OLD;
            END IF;
            RETURN NEW;
        """,
    )


def written_before_admission(table: str) -> Guarantee:
    """Return the guarantee that rows of a file aren't written once it is admitted.

    Until then an agent may correct them, as they correct its words.
    """
    return Guarantee(
        name="before_admission",
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            {TAKE_ACTIONS}
            IF EXISTS (
                SELECT 1 FROM unnest(ARRAY[{OF_ACTIONS}]) AS touched(id)
                WHERE NOT EXISTS (
                    SELECT 1 FROM actions_action a
                    WHERE a.id = touched.id AND a.status IN ({STILL_CORRECTED})
                )
            ) THEN
                REFUSE {table}_before_admission 'Un dossier admis ne se modifie plus.';
            END IF;
            IF TG_OP = 'DELETE' THEN
                RETURN OLD;
            END IF;
            RETURN NEW;
        """,
    )


ATTACHMENT_TRIGGERS = (
    Guarantee(
        name="is_kept",
        operation=pgtrigger.Update,
        func="""
            IF ROW(NEW.id, NEW.action_id, NEW.uuid, NEW.name, NEW.kind, NEW.size, NEW.sha256,
                   NEW.uploaded_by_id, NEW.uploaded_at)
                IS DISTINCT FROM
               ROW(OLD.id, OLD.action_id, OLD.uuid, OLD.name, OLD.kind, OLD.size, OLD.sha256,
                   OLD.uploaded_by_id, OLD.uploaded_at) THEN
                REFUSE actions_attachment_is_kept
                    'Une pièce jointe ne se modifie pas : retirez-la, et joignez-en une autre.';
            END IF;
            IF OLD.scan = 'infected' AND NEW.scan IS DISTINCT FROM OLD.scan THEN
                REFUSE actions_attachment_virus_is_kept
                    'Une pièce jointe où un virus a été trouvé le reste.';
            END IF;
            RETURN NEW;
        """,
    ),
    Guarantee(
        name="written_with_the_file",
        operation=pgtrigger.Insert | pgtrigger.Delete,
        func=f"""
            {TAKE_ACTIONS}
            IF {_NOT_WRITTEN_NOW} THEN
                REFUSE actions_attachment_written_with_the_file
                    'Les pièces jointes d’un dossier envoyé ne changent plus.';
            END IF;
            IF TG_OP = 'DELETE' THEN
                RETURN OLD;
            END IF;
            RETURN NEW;
        """,
    ),
)
