"""Second factors are added, taken off and reset; their owner is told, other sessions end."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from actors.enums import Role
from actors.models import User
from actors.services.passkeys import add_passkey, remove_passkey
from actors.services.second_factors import (
    LAST_FACTOR,
    add_application,
    current_code,
    factors_of,
    make_recovery_codes,
    recovery_codes_left,
    remove_application,
    reset_second_factor,
    spend,
    unused_recovery_codes,
)
from ess_portal.base.models import OutgoingMail
from tests.support.factories import UserFactory, person
from tests.support.passkey_device import credential
from tests.support.races import race
from tests.support.refusals import refusal
from tests.support.signing_in import open_session, signed_in

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def told() -> list[tuple[str, str]]:
    """Who was told, and what: the second paragraph of each mail."""
    mails = OutgoingMail.objects.order_by("pk").values_list("recipient", "body")
    return [(recipient, body.split("\n\n")[1]) for recipient, body in mails]


def two_browsers(user) -> tuple[Client, Client]:
    """Two open sessions of `user`."""
    browsers = Client(), Client()
    for browser in browsers:
        open_session(browser, user)
    return browsers


def test_a_new_application_takes_the_place_of_the_one_before():
    user, other = UserFactory(), "JBSWY3DPEHPK3PXP"
    add_application(user=user, secret=SECRET, keep=None)
    browser, _ = two_browsers(user)
    factor = add_application(user=user, secret=other, keep=None)
    assert list(Authenticator.objects.filter(user=user)) == [factor]
    assert factor.wrap().validate_code(current_code(user))
    assert "celle d’avant ne donne plus de code valable" in OutgoingMail.objects.latest("pk").text
    assert browser.get("/espace/").status_code == 302


def test_an_application_that_is_associated_already_is_told_once():
    user = UserFactory()
    factor = add_application(user=user, secret=SECRET, keep=None)
    browser, _ = two_browsers(user)
    assert add_application(user=user, secret=SECRET, keep=None) == factor
    assert list(Authenticator.objects.filter(user=user)) == [factor]
    assert told() == [
        (
            user.email,
            "Une application d’authentification vient d’être associée à votre compte.",
        )
    ]
    assert signed_in(browser) == user.email


def test_the_code_that_was_seen_serves_no_more():
    user = UserFactory()
    add_application(user=user, secret=SECRET, keep=None, code="123456")
    assert (spend(user, "123456"), spend(user, "654321")) == (False, True)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_associate_one_application():
    user = UserFactory()

    def associate():
        return add_application(user=user, secret=SECRET, keep=None)

    _, second, waited = race(associate, associate)
    assert (list(Authenticator.objects.all()), waited) == ([second], True)


@pytest.mark.parametrize("role", [Role.AGENT, Role.COMMITTEE, Role.ELECTED, Role.ADMINISTRATOR])
def test_staff_keep_a_factor(role):
    user = person(role)
    add_application(user=user, secret=SECRET, keep=None)
    make_recovery_codes(user=user, keep=None)
    assert refusal(remove_application, user=user, keep=None) == [LAST_FACTOR]
    passkey = add_passkey(user=user, name="Clé", credential=credential())
    remove_application(user=user, keep=None)
    assert refusal(remove_passkey, user=user, passkey=passkey) == [LAST_FACTOR]
    assert list(factors_of(user)) == [passkey]
    assert recovery_codes_left(user) == 10


def test_others_take_theirs_off_with_its_recovery_codes():
    user = person(Role.EVALUATOR)
    add_application(user=user, secret=SECRET, keep=None)
    make_recovery_codes(user=user, keep=None)
    remove_application(user=user, keep=None)
    assert Authenticator.objects.count() == 0


def test_changes_end_the_other_sessions():
    user = person(Role.EVALUATOR)
    here, there = two_browsers(user)
    add_application(user=user, secret=SECRET, keep=here.session.session_key)
    assert [signed_in(here), signed_in(there)] == [user.email, None]


@pytest.mark.parametrize("times", [1, 2])
def test_recovery_codes_end_the_other_sessions(times):
    user = person(Role.EVALUATOR)
    for _ in range(times):
        here, there = two_browsers(user)
        make_recovery_codes(user=user, keep=here.session.session_key)
        assert [signed_in(here), signed_in(there)] == [user.email, None]


def test_new_recovery_codes_void_the_old_ones():
    user = UserFactory()
    add_application(user=user, secret=SECRET, keep=None)
    make_recovery_codes(user=user, keep=None)
    before = unused_recovery_codes(user)
    make_recovery_codes(user=user, keep=None)
    after = unused_recovery_codes(user)
    assert (len(before), len(after), set(before) & set(after)) == (10, 10, set())
    assert [what for _, what in told()] == [
        "Une application d’authentification vient d’être associée à votre compte.",
        "Des codes de secours viennent d’être créés pour votre compte.",
        "De nouveaux codes de secours remplacent les vôtres, qui ne servent plus.",
    ]


class TestReset:
    def test_takes_everything_off_tells_and_ends_the_sessions(self):
        user, by = person(Role.AGENT, email="ana@example.org"), person(Role.ADMINISTRATOR)
        add_application(user=user, secret=SECRET, keep=None)
        add_passkey(user=user, name="Clé", credential=credential())
        make_recovery_codes(user=user, keep=None)
        here, there = two_browsers(user)
        OutgoingMail.objects.all().delete()
        assert reset_second_factor(user=user, reason="Téléphone perdu.", by=by) == 3
        assert Authenticator.objects.count() == 0
        assert [signed_in(here), signed_in(there)] == [None, None]
        assert told() == [
            (
                "ana@example.org",
                f"{by} vient de retirer votre second facteur et vos clés d’accès. "
                "Motif : Téléphone perdu.",
            )
        ]

    def test_is_another_administrators(self):
        user = person(Role.ADMINISTRATOR)
        add_application(user=user, secret=SECRET, keep=None)
        assert refusal(reset_second_factor, user=user, reason="x", by=user) == [
            "Un autre administrateur réinitialise votre compte."
        ]
        assert Authenticator.objects.count() == 1


def test_codes_are_spent_once_and_another_is_given():
    user = UserFactory()
    add_application(user=user, secret=SECRET, keep=None)
    given = [current_code(user, at=1_000_000_000.0)]
    for _ in range(2):
        assert spend(user, given[-1])
        assert not spend(user, given[-1])
        given.append(current_code(user, at=1_000_000_000.0))
    assert len(set(given)) == 3
    assert current_code(UserFactory()) is None


def test_secrets_are_sealed():
    user = UserFactory()
    add_application(user=user, secret=SECRET, keep=None)
    make_recovery_codes(user=user, keep=None)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert SECRET not in kept
    assert User.objects.get(pk=user.pk) == user
    assert [code in kept for code in unused_recovery_codes(user)] == [False] * 10
