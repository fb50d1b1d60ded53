"""Questions whose SQL is composed once are asked with the values of each time."""

import threading

import pytest
from django.core.exceptions import EmptyResultSet
from django.db import connection, connections
from django.db.models.sql.compiler import SQLCompiler
from django.test.utils import CaptureQueriesContext

from actors.models import Commune, Organisation
from ess_portal.base.arrays import OneOf
from ess_portal.base.composed import (
    Composed,
    ComposedByKey,
    Given,
    composed_once,
    give_related,
)
from tests.support.factories import CommuneFactory, OrganisationFactory, SectorFactory

pytestmark = pytest.mark.django_db


@composed_once
def in_commune(commune: int, name: str):
    """Of one commune, but for a name; with its commune."""
    others = Organisation.objects.filter(commune=commune).exclude(name=name)
    return others.select_related("commune").only("name", "commune__name").order_by("name")


@composed_once
def named(names: list[str]):
    """By their names: values alone."""
    found = Organisation.objects.filter(OneOf("name", names)).order_by("name")
    return found.values_list("name", "commune__name")


@pytest.fixture
def communes():
    """Two, with two organisations and one."""
    here, there = CommuneFactory(name="Ici"), CommuneFactory(name="Là")
    for name, commune in (("A", here), ("B", here), ("C", there)):
        OrganisationFactory(name=name, commune=commune)
    return here, there


@pytest.fixture
def composings(monkeypatch):
    """How often SQL is composed: a list that grows."""
    made = []
    compose = SQLCompiler.as_sql

    def noted(self, *args, **kwargs):
        made.append(self)
        return compose(self, *args, **kwargs)

    monkeypatch.setattr(SQLCompiler, "as_sql", noted)
    return made


def test_each_call_asks_for_its_own_values(communes):
    here, there = communes
    assert [row.name for row in in_commune(here.pk, "")] == ["A", "B"]
    assert [row.name for row in in_commune(here.pk, name="A")] == ["B"]
    assert [row.name for row in in_commune(commune=there.pk, name="")] == ["C"]


def test_what_comes_with_a_row_is_there(communes):
    with CaptureQueriesContext(connection) as queries:
        (row,) = in_commune(communes[1].pk, "")
        assert (row.name, row.commune.name) == ("C", "Là")
    assert len(queries) == 1


def test_a_change_shows_at_once(communes):
    _, there = communes
    assert len(in_commune(there.pk, "")) == 1
    Organisation.objects.filter(name="B").update(commune=there)
    assert [row.name for row in in_commune(there.pk, "")] == ["B", "C"]


def test_nothing_is_composed_the_second_time(communes, composings):
    list(in_commune(communes[0].pk, ""))
    composings.clear()
    assert len(in_commune(communes[1].pk, "")) == 1
    assert composings == []


def test_several_values_of_a_list(communes):
    assert list(named(["C", "A", "Z"])) == [("A", "Ici"), ("C", "Là")]
    assert list(named([])) == []


def test_a_number_that_no_column_holds_finds_nothing(communes):
    assert list(in_commune(10**30, "")) == []


@pytest.mark.parametrize(
    "ask",
    [
        lambda rows: rows.filter(pk=1),
        lambda rows: rows[:1],
        lambda rows: rows.count(),
        lambda rows: rows.exists(),
        lambda rows: Organisation.objects.all() | rows,
    ],
)
def test_nothing_else_can_be_asked_of_it(communes, ask):
    with pytest.raises(TypeError, match="iterate over it"):
        ask(in_commune(communes[0].pk, ""))


def test_what_was_read_is_counted_without_asking(communes):
    rows = in_commune(communes[0].pk, "")
    assert (len(rows), rows.count(), rows.exists()) == (2, 2, True)


def test_pages_of_what_is_composed_without_them():
    for name in "ABCDE":
        OrganisationFactory(name=name)
    composed = Composed(Organisation.objects.order_by("name"))
    assert [row.name for row in composed.asked({}, (0, 2))] == ["A", "B"]
    assert [row.name for row in composed.asked({}, (3, 5))] == ["D", "E"]
    assert len(composed.asked({})) == 5


def test_what_can_hold_nothing_is_not_composed():
    with pytest.raises(EmptyResultSet):
        Composed(Organisation.objects.none())


def test_of_many_shapes_the_last_ones_asked_are_kept(composings):
    kept = ComposedByKey(most=2)

    def asked(key):
        before = len(composings)
        kept.get(key, lambda: Commune.objects.filter(name=Given("name")))
        return len(composings) - before

    assert [asked(key) for key in "abacab"] == [1, 1, 0, 1, 0, 1]
    assert list(kept.composed) == ["a", "b"]


def test_each_thread_asks_by_its_own_connection(communes):
    list(in_commune(communes[0].pk, ""))
    used = []

    def look():
        asked = in_commune(communes[0].pk, "").query.get_compiler("default")
        used.append(asked.connection is connections["default"])
        connections.close_all()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    here = in_commune(communes[0].pk, "").query.get_compiler("default")
    assert used == [True]
    assert here.connection is connections["default"]


def test_what_is_given_is_asked_for_no_more():
    organisation = OrganisationFactory()
    organisation.sectors.add(SectorFactory(name="Vélo"))
    organisation = Organisation.objects.get(pk=organisation.pk)
    give_related(organisation, sectors=organisation.sectors.all())
    with CaptureQueriesContext(connection) as queries:
        assert [sector.name for sector in organisation.sectors.all()] == ["Vélo"]
    assert len(queries) == 0
