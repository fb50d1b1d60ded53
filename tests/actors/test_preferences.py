"""One's own preferences: the name, the telephone, how often the portal writes."""

import pytest
from django.test import Client

from actors.enums import MailRhythm
from actors.models import User
from ess_portal.base.models import Pace
from tests.support.factories import UserFactory
from tests.support.reading import Page, plain

pytestmark = pytest.mark.django_db


PREFERENCES = "/espace/preferences/"


TYPED = {"full_name": "Ana Bé", "phone": "04 73 00 00 00", "mail_rhythm": "daily"}


@pytest.fixture
def ana():
    """Somebody without any role."""
    return UserFactory(email="ana@example.org", full_name="Ana")


def kept(user) -> tuple[str, str, str]:
    """What the database holds of the person's preferences."""
    return User.objects.values_list("full_name", "phone", "mail_rhythm").get(pk=user.pk)


def test_are_shown_kept_and_shown_again(ana, as_user):
    client = as_user(ana)
    page = Page(client.get(PREFERENCES))
    assert page.form == {"full_name": "Ana", "phone": "", "mail_rhythm": "each_time"}
    response = client.post(PREFERENCES, TYPED, follow=True)
    assert response.redirect_chain == [(PREFERENCES, 302)]
    page = Page(response)
    assert page.messages == ["Vos préférences sont enregistrées."]
    assert page.form == TYPED
    assert kept(ana) == ("Ana Bé", "04 73 00 00 00", "daily")


def test_are_found_from_every_page(ana, as_user):
    client = as_user(ana)
    for address in ("/", "/plan-du-site/"):
        assert PREFERENCES in [link["href"] for link in Page(client.get(address)).all("a")]


def test_fields_tell_the_browser_what_they_hold(ana, as_user):
    fields = {node.get("name"): node for node in Page(as_user(ana).get(PREFERENCES)).all("input")}
    assert [fields[name].get("autocomplete") for name in ("full_name", "phone")] == ["name", "tel"]
    assert fields["phone"].get("type") == "tel"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("full_name", "A" * 151),
        ("full_name", "A\x00B"),
        ("phone", "0" * 31),
        ("mail_rhythm", "weekly"),
        ("mail_rhythm", ""),
    ],
)
def test_refuse_what_cannot_be_kept_beside_the_field(ana, as_user, field, value):
    response = as_user(ana).post(PREFERENCES, TYPED | {field: value})
    (error,) = Page(response).errors
    labels = {
        "full_name": "Prénom et nom",
        "phone": "Téléphone",
        "mail_rhythm": "Recevoir les courriels",
    }
    assert (response.status_code, error.partition(" : ")[0]) == (200, labels[field])
    assert kept(ana) == ("Ana", "", "each_time")


def test_a_name_stays_on_one_line(ana, as_user):
    as_user(ana).post(PREFERENCES, TYPED | {"full_name": " Ana\r\nBcc: Bob "})
    assert kept(ana)[0] == "Ana Bcc: Bob"


def test_a_name_holds_no_link(ana, as_user):
    page = Page(as_user(ana).post(PREFERENCES, TYPED | {"full_name": "Ana www.piege.example"}))
    assert [plain(error) for error in page.errors] == [
        "Prénom et nom : Écrivez un nom sans adresse électronique ni lien : enlevez "
        "« www.piege.example », ou mettez une espace après le point."
    ]
    assert page.form["full_name"] == "Ana www.piege.example"


def test_nothing_else_is_changed_whatever_is_sent(ana, as_user):
    extra = {"email": "x@example.org", "is_staff": "on", "is_superuser": "on", "groups": "1"}
    as_user(ana).post(PREFERENCES, TYPED | extra)
    user = User.objects.get(pk=ana.pk)
    assert (user.email, user.is_staff, user.is_superuser) == (ana.email, False, False)
    assert user.roles == frozenset()


def test_are_ones_own(ana, as_user):
    other = UserFactory(full_name="Autre")
    as_user(ana).post(f"{PREFERENCES}?pk={other.pk}", TYPED | {"pk": other.pk})
    assert kept(other) == ("Autre", "", "each_time")
    assert Client().get(PREFERENCES).status_code == 302


def test_the_rhythm_says_how_soon_mails_leave():
    paces = {rhythm: User(mail_rhythm=rhythm).mail_pace for rhythm in MailRhythm}
    assert paces == {MailRhythm.EACH_TIME: Pace.HOURLY, MailRhythm.DAILY: Pace.DAILY}
