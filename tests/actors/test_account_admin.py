"""The administration of accounts: a recent proof, a last administrator, people who are told."""

import time

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from actors.enums import Role
from actors.models import User
from actors.services.accounts import LAST_ADMINISTRATOR
from actors.services.second_factors import add_application, factors_of
from ess_portal.base.french import long_date
from ess_portal.base.models import OutgoingMail
from tests.support.factories import person
from tests.support.reading import Page
from tests.support.signing_in import open_session, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_hasher")]
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
CONFIRM = "/connexion/confirmer/"
PASSWORD = "/admin/password_change/"
STALE = (
    "Votre connexion date de plus de dix minutes. Confirmez que c’est vous (nouvelle fenêtre), "
    "puis enregistrez de nouveau : ce que vous avez saisi reste ici."
)


@pytest.fixture
def quick_hasher(settings):
    """Hashing is slow on purpose; its strength isn't what these tests are about."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def boss():
    """An administrator."""
    return person(Role.ADMINISTRATOR, email="admin@example.org", full_name="Andrea")


@pytest.fixture
def client(boss, as_user):
    """Their browser."""
    return as_user(boss)


@pytest.fixture
def ana():
    """An agent, signed in elsewhere."""
    return person(Role.AGENT, email="ana@example.org", full_name="Ana")


def change(client, user, **typed):
    """Change an account in the administration; what isn't typed stays."""
    data = {
        "email": user.email,
        "full_name": user.full_name,
        "is_active": "on",
        "groups": [str(pk) for pk in user.groups.values_list("pk", flat=True)],
    } | typed
    data = {name: value for name, value in data.items() if value is not None}
    return client.post(f"/admin/actors/user/{user.pk}/change/", data)


def told() -> list[tuple[str, str]]:
    """Who was told, and what."""
    mails = OutgoingMail.objects.order_by("pk").values_list("recipient", "body")
    return [(recipient, body.split("\n\n")[1]) for recipient, body in mails]


def much_later(monkeypatch) -> None:
    """Eleven minutes on."""
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 11 * 60)


class TestWhoGaveWhichRole:
    def test_is_noted_and_read_on_the_persons_page(self, client, boss, ana):
        elected = Group.objects.get_or_create(name=Role.ELECTED.value)[0]
        change(client, ana, groups=[str(elected.pk)])
        day = long_date(timezone.localtime())
        page = Page(client.get(f"/admin/actors/user/{ana.pk}/change/"))
        (told,) = [one for one in page.all("h2") if one.text == "Qui a donné ces rôles"]
        assert [line.text for line in told.parent.all("li")] == [
            f"Élu ou élue : donné par Andrea le {day}.",
            f"Agent : retiré par Andrea le {day}.",
        ]

    def test_of_what_nobody_noted_it_says_so(self, client, ana):
        page = Page(client.get(f"/admin/actors/user/{ana.pk}/change/"))
        (told,) = [one for one in page.all("h2") if one.text == "Qui a donné ces rôles"]
        assert [line.text for line in told.parent.all("li")] == [
            "Agent : donné avant que le portail ne note par qui, ou à l’installation."
        ]

    def test_a_role_that_stays_is_not_noted_again(self, client, ana):
        change(client, ana, full_name="Ana B.")
        assert ana.role_changes.count() == 0


class TestTold:
    @pytest.fixture
    def elsewhere(self, ana):
        """A browser in which Ana is signed in."""
        browser = Client()
        open_session(browser, ana)
        return browser

    def test_of_a_new_address_at_both_and_signed_out(self, client, ana, elsewhere):
        change(client, ana, email="ana.b@example.org")
        sentence = (
            "Andrea vient de changer l’adresse par laquelle vous vous connectez : ana@example.org "
            "devient ana.b@example.org."
        )
        assert told() == [("ana.b@example.org", sentence), ("ana@example.org", sentence)]
        assert signed_in(elsewhere) is None

    def test_of_new_roles_and_signed_out(self, client, ana, elsewhere):
        role = str(person(Role.ELECTED).groups.get().pk)
        change(client, ana, groups=[role])
        sentence = "Andrea vient de changer vos rôles sur le portail. Vos rôles : Élu ou élue."
        assert told() == [("ana@example.org", sentence)]
        assert signed_in(elsewhere) is None

    def test_of_a_closed_account(self, client, ana, elsewhere):
        change(client, ana, is_active=None)
        assert told() == [("ana@example.org", "Andrea vient de fermer votre compte.")]
        assert signed_in(elsewhere) is None

    def test_of_nothing_else(self, client, ana, elsewhere):
        change(client, ana, full_name="Ana Bé")
        assert User.objects.get(pk=ana.pk).full_name == "Ana Bé"
        assert (told(), signed_in(elsewhere)) == ([], ana.email)

    def test_stays_signed_in_who_changes_their_own(self, client, boss):
        role = str(person(Role.ELECTED).groups.get().pk)
        own = str(boss.groups.get().pk)
        change(client, boss, groups=[own, role])
        assert signed_in(client) == boss.email


class TestRecently:
    @pytest.mark.parametrize(
        "typed", [{"email": "b@example.org"}, {"groups": []}, {"is_active": None}]
    )
    def test_is_asked_before_what_matters_and_nothing_typed_is_lost(
        self, client, ana, typed, monkeypatch
    ):
        much_later(monkeypatch)
        page = Page(change(client, ana, full_name="Ana Bé", **typed))
        assert [error.text for error in page.all("ul", cls="errorlist")] == [STALE]
        assert page.all("input", name="full_name")[0]["value"] == "Ana Bé"
        kept = User.objects.get(pk=ana.pk)
        assert (kept.email, kept.roles, kept.is_active) == (ana.email, {"agent"}, True)
        assert told() == []

    def test_is_not_asked_for_a_name(self, client, ana, monkeypatch):
        much_later(monkeypatch)
        change(client, ana, full_name="Ana Bé")
        assert User.objects.get(pk=ana.pk).full_name == "Ana Bé"

    def test_is_asked_before_a_password_or_a_reset(self, client, ana, monkeypatch):
        much_later(monkeypatch)
        for path in (PASSWORD, f"/admin/actors/user/{ana.pk}/second-facteur/"):
            for ask in (client.get, client.post):
                assert ask(path).headers["Location"].partition("?")[0] == CONFIRM


class TestLastAdministrator:
    @pytest.mark.parametrize("typed", [{"groups": []}, {"is_active": None}])
    def test_stays(self, client, boss, typed):
        page = Page(change(client, boss, **typed))
        assert [error.text for error in page.all("ul", cls="errorlist")] == [LAST_ADMINISTRATOR]
        assert User.objects.get(pk=boss.pk).roles == {"administrator"}

    def test_goes_once_there_is_another(self, client, boss):
        person(Role.ADMINISTRATOR)
        change(client, boss, groups=[])
        assert User.objects.get(pk=boss.pk).roles == frozenset()


@pytest.mark.django_db(transaction=True)
def test_what_the_database_refuses_is_said_in_words(client, boss, monkeypatch):
    """As when another one left since the form looked."""
    monkeypatch.setattr("actors.account_admin.is_last_administrator", lambda user: False)
    answer = change(client, boss, groups=[])
    assert answer.status_code == 302
    [said] = Page(client.get(answer.headers["Location"])).all("ul", cls="messagelist")
    assert said.text == LAST_ADMINISTRATOR
    assert User.objects.get(pk=boss.pk).roles == {"administrator"}


class TestReset:
    def address(self, user) -> str:
        return f"/admin/actors/user/{user.pk}/second-facteur/"

    def test_is_told_ends_sessions_and_stays_in_the_history(self, client, boss, ana):
        add_application(user=ana, secret=SECRET, keep=None)
        elsewhere = Client()
        open_session(elsewhere, ana)
        OutgoingMail.objects.all().delete()
        links = Page(client.get(f"/admin/actors/user/{ana.pk}/change/")).links
        assert links["Réinitialiser le second facteur"] == self.address(ana)
        client.post(self.address(ana), {"reason": "Téléphone perdu."})
        assert told() == [
            (
                "ana@example.org",
                "Andrea vient de retirer votre second facteur et vos clés d’accès. Motif : "
                "Téléphone perdu.",
            )
        ]
        assert (factors_of(ana).count(), signed_in(elsewhere)) == (0, None)
        entry = LogEntry.objects.get(object_id=str(ana.pk))
        assert entry.user == boss
        assert entry.change_message == "Second facteur réinitialisé. Motif : Téléphone perdu."

    def test_needs_a_reason(self, client, ana):
        add_application(user=ana, secret=SECRET, keep=None)
        page = Page(client.post(self.address(ana), {"reason": " "}))
        assert [error.text for error in page.all("ul", cls="errorlist")] == [
            "Ce champ est obligatoire."
        ]
        assert factors_of(ana).count() == 1

    def test_is_never_ones_own(self, client, boss):
        add_application(user=boss, secret=SECRET, keep=client.session.session_key)
        page = Page(client.post(self.address(boss), {"reason": "Perdu."}))
        assert [error.text for error in page.all("ul", cls="errorlist")] == [
            "Un autre administrateur réinitialise votre compte."
        ]
        assert factors_of(boss).count() == 1

    def test_of_the_last_administrator_is_a_command(self, boss, capsys):
        add_application(user=boss, secret=SECRET, keep=None)
        call_command("reset_factor", "Admin@example.org")
        assert factors_of(boss).count() == 0
        assert told()[-1] == (
            boss.email,
            "Un responsable du serveur vient de retirer votre second facteur et vos clés d’accès. "
            "Motif : Second facteur perdu.",
        )
        with pytest.raises(CommandError, match="Aucun compte"):
            call_command("reset_factor", "personne@example.org")


class TestPassword:
    OLD, NEW = "une phrase longue et secrète", "une autre phrase, plus longue"

    @pytest.fixture
    def client(self, boss, as_user):
        boss.set_password(self.OLD)
        boss.save()
        return as_user(boss)

    def change(self, client, new):
        return client.post(
            PASSWORD, {"old_password": self.OLD, "new_password1": new, "new_password2": new}
        )

    @pytest.mark.parametrize(
        "new", ["onze lettre", "administrator", "123456789012345", "admin@example.org"]
    )
    def test_short_common_of_figures_or_like_the_address_is_refused(self, client, boss, new):
        page = Page(self.change(client, new))
        assert len(page.all("ul", cls="errorlist")) >= 1
        assert User.objects.get(pk=boss.pk).check_password(self.OLD)
        assert told() == []

    def test_new_is_told_and_ends_the_other_sessions(self, client, boss):
        other = Client()
        open_session(other, boss)
        assert self.change(client, self.NEW).status_code == 302
        assert User.objects.get(pk=boss.pk).check_password(self.NEW)
        assert told() == [(boss.email, "Le mot de passe de votre compte vient d’être changé.")]
        assert (signed_in(client), signed_in(other)) == (boss.email, None)
