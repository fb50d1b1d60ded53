"""The register of accesses: written by what people do, changed by nobody, erased after a year."""

from datetime import timedelta
from itertools import product

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from actors.enums import Role
from ess_portal.base.access_records import delete_old_access_records, note
from ess_portal.base.models import AccessKind, AccessRecord
from tests.plugins.database import as_owner
from tests.support.factories import Story, UserFactory, person
from tests.support.refusals import by_sql, delete, execute, holder_of, refusal_of
from tests.support.signing_in import ask, code_of, enter

pytestmark = pytest.mark.django_db
KEPT = "base_accessrecord_kept_a_year"


def lines() -> list[tuple]:
    """The register, in its order."""
    return list(AccessRecord.objects.order_by("pk").values_list("kind", "person", "subject"))


def aged(days: int = 0, **columns) -> AccessRecord:
    """A line written some days ago, or at another moment: only the owner of the table ages it."""
    line = AccessRecord.objects.create(kind=AccessKind.EXPORTED, **columns)
    name = holder_of(KEPT).thing.get_pgid(AccessRecord)
    with as_owner():
        execute(f"ALTER TABLE base_accessrecord DISABLE TRIGGER {name}")
        by_sql(line, at=columns.get("at", timezone.now() - timedelta(days=days)))
        execute(f"ALTER TABLE base_accessrecord ENABLE TRIGGER {name}")
    line.refresh_from_db()
    return line


def zone_where_a_year_is_shorter() -> str:
    """A time zone of one's own in which this year is later in summer than the last one was."""
    month = timezone.now().month
    for week, day, hour in product(range(1, 6), range(7), ("0", "23:59:59")):
        zone = f"AAA0BBB-12,M{month}.{week}.{day}/{hour},M{month % 12 + 1}.5.6/0"
        execute("SELECT set_config('TimeZone', %s, true)", zone)
        asked = "SELECT now() - interval '365 days' > now() - interval '8760 hours'"
        if execute(asked) == [(True,)]:
            return zone
    raise AssertionError("no such zone today")


def test_signing_in_is_noted_and_so_is_a_wrong_code():
    user, browser = UserFactory(), Client()
    ask(browser, user.email)

    enter(browser, "ZZZZZZ")
    enter(browser, code_of(user.email))

    assert lines() == [
        ("sign_in_refused", user.pk, "code reçu par courriel"),
        ("signed_in", user.pk, ""),
    ]


def test_a_wrong_password_is_noted_whether_the_address_is_known_or_not():
    user = UserFactory()

    for email in (user.email, "inconnue@example.org"):
        Client().post(reverse("account_login"), {"login": email, "password": "un autre mot"})

    assert lines() == [
        ("sign_in_refused", user.pk, "mot de passe"),
        ("sign_in_refused", None, "mot de passe"),
    ]


def test_a_refused_access_is_noted_once_a_minute(as_user):
    agent = person(Role.AGENT)
    client = as_user(agent)

    for _ in range(3):
        assert client.get("/admin/actions/action/add/").status_code == 403

    assert lines() == [("access_refused", agent.pk, "GET /admin/actions/action/add/")]


def test_what_is_taken_away_is_noted(as_user):
    story = Story()
    manager, elected = story.manager, person(Role.ELECTED)
    document = reverse("actions:application_pdf", args=[story.action.uuid])

    assert as_user(manager).get(document).status_code == 200
    table = as_user(elected).get("/tableau-de-bord/")
    exports = [link for link in table.content.decode().split('"') if link.endswith(".csv")]
    assert as_user(elected).get(exports[0]).status_code == 200

    assert lines() == [
        ("downloaded", manager.pk, f"{document} (dossier-brouillon.pdf)"),
        ("exported", elected.pk, exports[0]),
    ]


def test_the_same_again_is_another_line_a_minute_later_or_by_somebody_else():
    aged(person=7, subject="tableau", at=timezone.now() - timedelta(minutes=2))

    for number in (7, 7, 8):
        note(AccessKind.EXPORTED, number, "tableau")

    assert lines() == [
        ("exported", 7, "tableau"),
        ("exported", 7, "tableau"),
        ("exported", 8, "tableau"),
    ]


@pytest.mark.parametrize("days", [0, 364])
@pytest.mark.parametrize("change", ["update", "delete"])
def test_a_line_is_neither_changed_nor_deleted_within_a_year(days, change):
    line = AccessRecord.objects.filter(pk=aged(days).pk)
    attempts = {"update": lambda: line.update(person=None), "delete": line.delete}

    assert refusal_of(attempts[change]) == KEPT


def test_an_old_line_is_deleted_but_not_changed():
    aged(366)
    recent = aged(300)

    assert refusal_of(lambda: AccessRecord.objects.update(subject="autre")) == KEPT
    assert delete_old_access_records() == 1
    assert list(AccessRecord.objects.all()) == [recent]


def test_a_line_is_of_the_moment_it_is_written_at():
    past = timezone.now() - timedelta(days=800)
    line = AccessRecord.objects.create(kind=AccessKind.EXPORTED, at=past)
    written = AccessRecord.objects.get(pk=line.pk).at
    assert [(written,)] == execute("SELECT now()")

    holder_of(KEPT).drop()

    line = AccessRecord.objects.create(kind=AccessKind.EXPORTED, at=past)
    assert AccessRecord.objects.get(pk=line.pk).at == past


def test_no_time_zone_makes_the_year_shorter():
    line = aged(at=timezone.now() - timedelta(days=365) + timedelta(hours=6))
    execute("SELECT set_config('TimeZone', %s, true)", zone_where_a_year_is_shorter())

    assert refusal_of(lambda: delete(line)) == KEPT


def test_the_guarantee_is_needed():
    line = AccessRecord.objects.filter(pk=aged(0).pk)
    holder_of(KEPT).drop()

    assert (line.update(subject="autre"), line.delete()[0]) == (1, 1)


def test_the_administrator_reads_it_and_changes_nothing(as_user):
    line = aged(0)
    client = as_user(person(Role.ADMINISTRATOR))

    assert client.get("/admin/base/accessrecord/").status_code == 200
    assert client.post(f"/admin/base/accessrecord/{line.pk}/change/", {}).status_code == 403
    assert as_user(person(Role.AGENT)).get("/admin/base/accessrecord/").status_code == 404
