"""A passkey is kept and forgotten, its owner told by mail each time."""

import pytest
from allauth.mfa.models import Authenticator

from actors.services.passkeys import (
    MOST_PASSKEYS,
    TOO_MANY,
    add_passkey,
    passkeys_of,
    remove_passkey,
)
from ess_portal.base.models import OutgoingMail
from tests.support.factories import UserFactory
from tests.support.refusals import refusal

pytestmark = pytest.mark.django_db


def key_of(user, name="Téléphone") -> Authenticator:
    """A passkey of `user`."""
    return add_passkey(user=user, name=name, credential={})


def told() -> list[tuple[str, str]]:
    """Who was written to, and about what."""
    return list(OutgoingMail.objects.order_by("pk").values_list("recipient", "subject"))


def test_are_ones_own_in_the_order_they_were_added():
    user = UserFactory()
    first, second = key_of(user), key_of(user, "Ordinateur")
    key_of(UserFactory())
    assert [(key.pk, str(key)) for key in passkeys_of(user)] == [
        (first.pk, "Téléphone"),
        (second.pk, "Ordinateur"),
    ]


def test_their_owner_is_told_by_mail():
    user = UserFactory(email="ana@example.org")
    passkey = key_of(user)
    remove_passkey(user=user, passkey=passkey)
    assert told() == [
        ("ana@example.org", "Votre clé d’accès au portail : ajoutée"),
        ("ana@example.org", "Votre clé d’accès au portail : retirée"),
    ]


def test_stop_at_ten():
    user = UserFactory()
    for _ in range(MOST_PASSKEYS):
        key_of(user)
    assert refusal(key_of, user) == [TOO_MANY]
    assert passkeys_of(user).count() == MOST_PASSKEYS


def test_of_somebody_else_stay():
    user, other = UserFactory(), UserFactory()
    passkey = key_of(other)
    OutgoingMail.objects.all().delete()
    remove_passkey(user=user, passkey=passkey)
    assert (list(passkeys_of(other)), told()) == ([passkey], [])
