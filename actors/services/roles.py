"""Who has which role: given and taken back, with a note of by whom.

What the command line gives without a name is noted nowhere.
"""

from collections.abc import Collection

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from actors.enums import Role
from actors.models import RoleChange, User


@transaction.atomic
def grant_role(
    user: User, role: Role, *, by: User | None = None, was_invited: bool = False
) -> None:
    """Put `user` in the group of `role`, and note that `by` did; it counts from the next request
    on. Somebody who has it already keeps it, without another note.
    """
    group = Group.objects.get_or_create(name=role.value)[0]
    has_it = user.groups.filter(pk=group.pk).exists()
    user.groups.add(group)
    user.forget_rights()
    if by is not None and not has_it:
        RoleChange.objects.create(
            user=user, role=role, by=by, was_invited=was_invited, at=timezone.now()
        )


def note_role_changes(*, user: User, before: Collection[str], by: User) -> None:
    """Note what `by` gave and took of roles, `before` being the names of those `user` had.

    Nothing is noted of a role that stays as it was. Call it in the transaction that wrote them.
    """
    at = timezone.now()
    now = set(user.groups.values_list("name", flat=True))
    former = set(before)
    RoleChange.objects.bulk_create(
        RoleChange(user=user, role=name, is_given=name in now, by=by, at=at)
        for name in sorted(now ^ former)
        if name in Role.values
    )
