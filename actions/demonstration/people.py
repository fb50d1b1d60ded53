"""The accounts of the demonstration, and the fictitious organisations they manage."""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from actors.enums import EvaluatorKind, MembershipRole, Role
from actors.models import Membership, User
from actors.rules import needs_second_factor
from actors.services import grant_role, load_organisation
from ess_portal.base.sealing import InvalidToken, unseal

# Account → name shown, role. Carriers have no role: they belong to an organisation.
ACCOUNTS = {
    "porteur": ("Camille Porteur", None),
    "porteur2": ("Dominique Porteur", None),
    "agent": ("Alix Agent", Role.AGENT),
    "evaluateur1": ("Ève Évaluatrice", Role.EVALUATOR),
    "evaluateur2": ("Evan Évaluateur", Role.EVALUATOR),
    "evaluateur3": ("Élie Évaluateur", Role.EVALUATOR),
    "evaluateur4": ("Emma Évaluatrice", Role.EVALUATOR),
    "elu": ("Lou Élue", Role.ELECTED),
    "comite1": ("Noa Commission", Role.COMMITTEE),
    "comite2": ("Sacha Commission", Role.COMMITTEE),
    "comite3": ("Charlie Commission", Role.COMMITTEE),
    "admin": ("Andrea Admin", Role.ADMINISTRATOR),
}

# Whom the evaluators speak for.
KINDS = {
    "evaluateur1": EvaluatorKind.AGENT,
    "evaluateur2": EvaluatorKind.ESS_PARTNER,
    "evaluateur3": EvaluatorKind.INHABITANT,
    "evaluateur4": EvaluatorKind.ELECTED,
}


def load_accounts(password: str) -> dict[str, User]:
    """Create the demonstration's accounts, or give them `password` again; return them by name."""
    people = {
        name: _account(f"{name}@demo.example", full_name)
        for name, (full_name, _) in ACCOUNTS.items()
    }
    # One hash for all, kept while the password is the same: hashing is slow on purpose, and a
    # new hash would sign everybody out.
    if not people["porteur"].check_password(password):
        User.objects.filter(pk__in=[person.pk for person in people.values()]).update(
            password=make_password(password)
        )
    for name, (_, role) in ACCOUNTS.items():
        if role is not None:
            grant_role(people[name], role, by=None if name == "admin" else people["admin"])
            associate_application(people[name])
    for name, kind in KINDS.items():
        people[name].evaluator_kind = kind
        people[name].save(update_fields=["evaluator_kind"])
    return people


def associate_application(user: User) -> None:
    """Give those whose role needs one an application, whose codes `manage.py demo_code` shows.

    Its secret is made of the installation's own: the same each time, and nobody else's.
    """
    if not needs_second_factor(user):
        return
    kept = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    if kept is not None and _is_readable(kept):
        return
    if kept is not None:
        kept.delete()
    made_of = hmac.digest(
        settings.SECRET_KEY.encode(), f"demonstration {user.email}".encode(), hashlib.sha256
    )
    TOTP.activate(user, base64.b32encode(made_of[:20]).decode())


def _is_readable(kept: Authenticator) -> bool:
    """Whether the secret was sealed by today's `SECRET_KEY`."""
    try:
        unseal(kept.data["secret"])
    except InvalidToken:
        return False
    return True


def _account(email: str, full_name: str) -> User:
    user = User.objects.filter(email=email).first()
    return user or User.objects.create_user(email, full_name=full_name, date_joined=timezone.now())


def load_organisations(
    rows: Iterable[Mapping[str, Any]], people: Mapping[str, User]
) -> dict[str, User]:
    """Create the organisations; return the person who manages each, by slug."""
    managers = [people["porteur"], people["porteur2"]]
    by_slug = {}
    for number, row in enumerate(rows):
        organisation = load_organisation(row)
        manager = (
            managers[number]
            if number < len(managers)
            else _account(f"responsable-{row['slug']}@demo.example", "Responsable fictif")
        )
        Membership.objects.get_or_create(
            user=manager, organisation=organisation, defaults={"role": MembershipRole.MANAGER}
        )
        by_slug[row["slug"]] = User.objects.get(pk=manager.pk)
    return by_slug
