"""Roles, and the loading of territory and organisations."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from actors.enums import MailRhythm, Role
from actors.models import Commune, Organisation, Sector, User


def grant_role(user: User, role: Role) -> None:
    """Put `user` in the group of `role`; it counts from the next request on."""
    user.groups.add(Group.objects.get_or_create(name=role.value)[0])
    user.forget_rights()


@transaction.atomic
def save_preferences(
    *, user: User, full_name: str, phone: str, mail_rhythm: MailRhythm | str
) -> User:
    """Keep what a person says of themselves. Raises `ValidationError`; nothing is written then.

    The rhythm counts for what is written from now on: mails that already wait for the morning
    leave in the morning, so that none is forgotten.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    user.full_name, user.phone, user.mail_rhythm = full_name.strip(), phone.strip(), mail_rhythm
    user.full_clean(exclude=["password"])
    user.save(update_fields=["full_name", "phone", "mail_rhythm"])
    return user


@transaction.atomic
def load_territory(data: Mapping[str, Any]) -> None:
    """Create or update the communes and sectors of a parsed territory file. Idempotent."""
    for row in data["communes"]:
        Commune.objects.update_or_create(
            insee_code=row["insee_code"],
            defaults={key: value for key, value in row.items() if key != "insee_code"},
        )
    for row in data["sectors"]:
        Sector.objects.get_or_create(slug=row["slug"], defaults={"name": row["name"]})


@transaction.atomic
def load_organisation(row: Mapping[str, Any]) -> Organisation:
    """Create the organisation of a parsed file, or leave the one that bears its slug as it is.

    Staff may have completed it since: what they wrote isn't undone. Unknown facts (null) stay
    empty.
    """
    existing = Organisation.objects.filter(slug=row["slug"]).first()
    if existing is not None:
        return existing
    texts = ("name", "slug", "family", "legal_form", "activity", "siret", "rna", "address")
    texts += ("postal_code", "description")
    organisation = Organisation(
        **{name: row.get(name) or "" for name in texts},
        is_esus=row.get("esus"),
        founded_year=row.get("founded_year"),
        commune=Commune.objects.filter(insee_code=row.get("commune")).first(),
        key_figures="\n".join(row.get("key_figures") or []),
        sources="\n".join(row.get("sources") or []),
        is_published=True,
    )
    organisation.full_clean()
    organisation.save()
    organisation.sectors.set(Sector.objects.filter(slug__in=row.get("sectors") or []))
    return organisation


def delete_unused_accounts(at=None) -> int:
    """Delete accounts made by a code request that nobody followed up; return how many.

    An account without sign-in, role, organisation or anything written, a day old at `at`
    (default: now), was somebody trying an address that isn't theirs, or a typing error.
    """
    limit = (at or timezone.now()) - timedelta(days=1)
    unused = User.objects.filter(
        last_login__isnull=True,
        date_joined__lt=limit,
        is_superuser=False,
        groups__isnull=True,
        memberships__isnull=True,
        created_actions__isnull=True,
        evaluations__isnull=True,
        recusals__isnull=True,
    )
    return unused.delete()[1].get("actors.User", 0)
