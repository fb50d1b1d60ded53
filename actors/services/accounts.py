"""Roles, preferences, and the accounts that nobody ever used."""

from datetime import datetime, timedelta

from django.contrib.auth.models import Group
from django.utils import timezone

from actors.enums import MailRhythm, Role
from actors.models import User
from ess_portal.base.refusals import refusals_in_words


def grant_role(user: User, role: Role) -> None:
    """Put `user` in the group of `role`; it counts from the next request on."""
    user.groups.add(Group.objects.get_or_create(name=role.value)[0])
    user.forget_rights()


@refusals_in_words()
def save_preferences(
    *, user: User, full_name: str, phone: str, mail_rhythm: MailRhythm | str
) -> User:
    """Keep what a person says of themselves. Raises `Refused`; nothing is written then.

    The rhythm counts for what is written from now on: mails that already wait for the morning
    leave in the morning, so that none is forgotten.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    user.full_name, user.phone, user.mail_rhythm = full_name.strip(), phone.strip(), mail_rhythm
    user.full_clean(exclude=["password"])
    user.save(update_fields=["full_name", "phone", "mail_rhythm"])
    return user


def delete_unused_accounts(at: datetime | None = None) -> int:
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
