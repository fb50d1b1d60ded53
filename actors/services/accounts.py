"""Preferences, what an administrator changes of accounts, and those that nobody ever used."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.text import capfirst

from actors.enums import MailRhythm, Role
from actors.models import User
from actors.services.second_factors import tell
from actors.services.sessions import end_sessions
from ess_portal.base.refusals import refusals_in_words
from ess_portal.base.telephones import tidied


@refusals_in_words()
def save_preferences(
    *, user: User, full_name: str, phone: str, mail_rhythm: MailRhythm | str
) -> User:
    """Keep what a person says of themselves. Raises `Refused`; nothing is written then.

    The rhythm counts for what is written from now on: mails that already wait for the morning
    leave in the morning, so that none is forgotten.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    user.full_name, user.phone, user.mail_rhythm = full_name.strip(), tidied(phone), mail_rhythm
    user.full_clean(exclude=["password"])
    user.save(update_fields=["full_name", "phone", "mail_rhythm"])
    return user


LAST_ADMINISTRATOR = "Le portail garde au moins un administrateur : nommez-en un autre d’abord."


def is_last_administrator(user: User) -> bool:
    """Whether nobody else administers the portal; `actors_user_last_administrator_stays` and
    `actors_roleholding_last_administrator_stays` hold it in the database.
    """
    active = User.objects.filter(is_active=True, groups__name=Role.ADMINISTRATOR.value)
    return active.filter(pk=user.pk).exists() and not active.exclude(pk=user.pk).exists()


def tell_account_changed(
    *, user: User, by: User, changed: Collection[str], former_email: str, keep: str | None
) -> None:
    """Tell a person what an administrator changed of their account, and end their sessions but
    that of key `keep`.

    `changed` names columns: `email` (told to both addresses), `groups`, `is_active`; others aren't
    about signing in, and say nothing.
    """
    who = capfirst(by.shown_name)
    if "email" in changed:
        tell(
            user,
            f"{who} vient de changer l’adresse par laquelle vous vous connectez : {former_email} "
            f"devient {user.email}.",
            also=former_email,
        )
    if "groups" in changed:
        user.forget_rights()
        names = ", ".join(Role(name).label for name in sorted(user.roles)) or "aucun"
        tell(user, f"{who} vient de changer vos rôles sur le portail. Vos rôles : {names}.")
    if "is_active" in changed:
        what = "rouvrir" if user.is_active else "fermer"
        tell(user, f"{who} vient de {what} votre compte.")
    if {"email", "groups", "is_active"} & set(changed):
        end_sessions(user=user, keep=keep)


def tell_password_changed(*, user: User, keep: str | None) -> None:
    """Tell a person that their password changed, and end their sessions but that of key `keep`."""
    tell(user, "Le mot de passe de votre compte vient d’être changé.")
    end_sessions(user=user, keep=keep)


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
        role_changes__isnull=True,
        memberships__isnull=True,
        created_actions__isnull=True,
        evaluations__isnull=True,
        recusals__isnull=True,
    )
    return unused.delete()[1].get("actors.User", 0)
