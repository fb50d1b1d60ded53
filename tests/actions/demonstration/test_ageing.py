"""What the database dated is aged, by its owner, in a demonstration, and in no other way."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.utils import timezone

from actions.demonstration import ageing, columns
from actions.demonstration.clock import clock_at
from actions.models import Action, GateResult
from ess_portal.base.mail import enqueue
from ess_portal.base.models import OutgoingMail
from ess_portal.base.refusals import Refused
from ess_portal.base.triggers import Guarantee
from tests.plugins.database import as_owner
from tests.support.factories import Story
from tests.support.refusals import holder_of

(RESULTS,) = (one for one in ageing.AGED if one.model is GateResult)
LONG_AGO = datetime(2024, 5, 6, 9, 30, tzinfo=UTC)
# What is above knows actions, not the other way round.
UP_TO_ACTIONS = ("base", "challenges", "actors", "actions")
DATED = (models.DateField, models.TimeField)
# What the database dates: `NEW.closed_at := now()`, or a column kept equal to now().
BY_NOW = re.compile(
    r"NEW\.(\w+) := now\(\)"
    r"|NEW\.(\w+) IS DISTINCT FROM now\(\)"
    r"|UPDATE challenges_grid SET (\w+) = coalesce\(\w+, now\(\)\)"
)


def lifted(column: ageing.Aged):
    """Return what switches off the guarantee that keeps `column`."""
    return ageing.unguarded(column.model, column.kept_by)


def switched_off() -> list[str]:
    """Return the triggers that are off."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgenabled <> 'O'")
        return [name for (name,) in cursor.fetchall()]


# --- Which columns ------------------------------------------------------------------------------


def dated_columns() -> set[tuple[str, str]]:
    """Return every column of a date or a time of the models that actions know."""
    return {
        (model.__name__, field.name)
        for app in UP_TO_ACTIONS
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.get_fields()
        if isinstance(field, DATED) and not model._meta.proxy
    }


def test_every_date_of_every_model_has_its_place_in_the_story():
    placed = [(aged.model.__name__, aged.column) for aged in ageing.AGED]
    groups = (columns.BY_THE_SERVICES, columns.SAID, columns.DEDUCED, columns.ELSEWHERE)
    for group in groups:
        placed += [(model.__name__, name) for model, names in group.items() for name in names]
    assert dated_columns() - set(placed) == set(), "say in demonstration/columns.py who dates these"
    assert set(placed) - dated_columns() == set(), "these are no columns any more"
    assert len(placed) == len(set(placed)), "one place each"


def test_whatever_a_trigger_dates_is_aged():
    aged = {(one.model.__name__, one.column) for one in ageing.AGED}
    dated = set()
    for model in apps.get_models():
        for trigger in getattr(model._meta, "triggers", ()):
            if isinstance(trigger, Guarantee):
                for found in BY_NOW.findall(trigger.func or ""):
                    owner = "Grid" if found[2] else model.__name__
                    dated.add((owner, "".join(found)))
    assert len(dated) >= 5
    untold = {(model.__name__, one) for model, ones in columns.ELSEWHERE.items() for one in ones}
    assert dated <= aged | untold


# --- By whom, and where -------------------------------------------------------------------------


@pytest.mark.django_db
def test_only_the_owner_ages_and_only_in_a_demonstration(settings):
    with pytest.raises(Refused, match="rôle propriétaire"):
        ageing.require_owner()
    with as_owner():
        ageing.require_owner()
        settings.DEMO = False
        for refused in (ageing.require_owner, lambda: clock_at(LONG_AGO).__enter__()):
            with pytest.raises(Refused, match="DEMO=1"):
                refused()
        with pytest.raises(Refused, match="DEMO=1"), lifted(ageing.AGED[0]):
            pytest.fail("a guarantee was switched off")


@pytest.mark.django_db(transaction=True)
def test_only_in_a_transaction():
    with as_owner(), pytest.raises(Refused, match="une seule transaction"):
        ageing.require_owner()


def test_the_clock_goes_on_whatever_happens(settings):
    def look() -> None:
        assert timezone.now() == LONG_AGO
        assert timezone.localdate().isoformat() == "2024-05-06"
        raise RuntimeError

    with pytest.raises(RuntimeError), clock_at(LONG_AGO):
        look()
    assert timezone.now() - datetime.now(UTC) < timedelta(seconds=5)


# --- What ageing does ---------------------------------------------------------------------------


@pytest.fixture
def action(db) -> Action:
    """An action whose evaluation was closed a moment ago, in this transaction."""
    return Story().evaluated().action


def test_what_the_database_just_dated_takes_the_instant(action):
    result = action.gate_results.get()
    assert result.closed_at == action.gate_closed_at
    with as_owner():
        ageing.age(LONG_AGO)
    action.refresh_from_db()
    assert action.gate_closed_at == LONG_AGO
    assert action.gate_results.get().closed_at == LONG_AGO
    assert action.grid.bound_at == LONG_AGO
    assert switched_off() == []
    # Once: what was aged isn't fresh any more.
    with as_owner():
        ageing.age(LONG_AGO + timedelta(days=1))
    assert action.gate_results.get().closed_at == LONG_AGO


def test_a_reference_takes_its_place_in_its_year_and_mails_say_so(action):
    enqueue(
        recipient="a@example.org",
        template="agent_notice",
        context={"action": action, "sentence": "S", "link": action.get_absolute_url()},
        topic=str(action.uuid),
    )
    before = action.reference
    # New Year's Eve in Paris, the day after in UTC… and the other way round.
    filed_at = datetime(2024, 12, 31, 23, 30, tzinfo=UTC)
    holder_of("actions_action_filing_is_kept").drop()
    Action.objects.filter(pk=action.pk).update(submitted_at=filed_at)
    with as_owner():
        ageing.age(LONG_AGO)
    action.refresh_from_db()
    assert before != action.reference == "ESS-2025-0001"
    mail = OutgoingMail.objects.filter(topic=str(action.uuid)).latest("pk")
    assert action.reference in mail.subject
    assert action.reference in mail.body
    assert before not in mail.subject + mail.body
    assert switched_off() == []


def test_a_failure_leaves_every_guarantee_on(action):
    result = action.gate_results.get()
    for statement in ("SELECT 1 / 0", "UPDATE actions_gateresult SET action_id = NULL"):
        with as_owner(), pytest.raises(DatabaseError), lifted(RESULTS) as cursor:
            cursor.execute(statement)
        assert switched_off() == []
    # As before, nobody changes a result.
    with pytest.raises(IntegrityError), transaction.atomic():
        GateResult.objects.filter(pk=result.pk).update(points=0)


def test_one_guarantee_is_off_at_a_time_and_none_of_another_table(action):
    with as_owner(), lifted(ageing.REFERENCE):
        (off,) = switched_off()
        assert "b_reference_is_next" in off
        with pytest.raises(IntegrityError), transaction.atomic():
            Action.objects.filter(pk=action.pk).update(status="completed")
