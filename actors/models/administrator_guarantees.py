"""What the database holds of roles: an active administrator stays, and a role keeps its name."""

import pgtrigger

from actors.enums import Role
from ess_portal.base.triggers import Guarantee, key_is_kept


def _unless_nobody_is_left(name: str, concerns: str) -> str:
    # Looked at when the transaction ends, and behind a lock taken before anything is looked at, so
    # that two administrators who leave at one instant see each other, and whoever takes over too.
    return f"""
        PERFORM pg_advisory_xact_lock(hashtextextended('actors_last_administrator', 0));
        IF NOT EXISTS ({concerns}) THEN
            RETURN NULL;
        END IF;
        IF NOT EXISTS (
            SELECT 1 FROM actors_user_groups h
            JOIN auth_group g ON g.id = h.group_id
            JOIN actors_user u ON u.id = h.user_id
            WHERE g.name = 'administrator' AND u.is_active
        ) THEN
            REFUSE {name}
                'Le portail garde au moins un administrateur : nommez-en un autre d’abord.';
        END IF;
        RETURN NULL;
    """


_HOLDS_THE_ROLE = """
            SELECT 1 FROM actors_user_groups h JOIN auth_group g ON g.id = h.group_id
            WHERE h.user_id = OLD.id AND g.name = 'administrator'
        """

_THE_LAST_ADMINISTRATOR_STAYS_ACTIVE = Guarantee(
    name="the_last_administrator_stays_active",
    when=pgtrigger.After,
    operation=pgtrigger.Update,
    timing=pgtrigger.Deferred,
    condition=pgtrigger.Condition("OLD.is_active AND NOT NEW.is_active"),
    func=_unless_nobody_is_left("actors_user_last_administrator_stays", _HOLDS_THE_ROLE),
)

# An account that is deleted loses its roles, which is looked at below; or comes back, closed.
_THE_LAST_ADMINISTRATOR_IS_NOT_DELETED = Guarantee(
    name="the_last_administrator_is_not_deleted",
    when=pgtrigger.After,
    operation=pgtrigger.Delete,
    timing=pgtrigger.Deferred,
    condition=pgtrigger.Condition("OLD.is_active"),
    func=_unless_nobody_is_left("actors_user_last_administrator_is_not_deleted", _HOLDS_THE_ROLE),
)

# The role itself gone counts too.
_THE_LAST_ADMINISTRATOR_KEEPS_THE_ROLE = Guarantee(
    name="the_last_administrator_keeps_the_role",
    when=pgtrigger.After,
    operation=pgtrigger.Update | pgtrigger.Delete,
    timing=pgtrigger.Deferred,
    func=_unless_nobody_is_left(
        "actors_roleholding_last_administrator_stays",
        """
            SELECT 1 FROM auth_group g WHERE g.id = OLD.group_id AND g.name = 'administrator'
        """,
    ),
)

_ROLES = ", ".join(f"'{role}'" for role in Role.values)

USER_TRIGGERS = (
    key_is_kept("actors_user_key_is_kept", "La clé d’un compte ne change pas."),
    _THE_LAST_ADMINISTRATOR_STAYS_ACTIVE,
    _THE_LAST_ADMINISTRATOR_IS_NOT_DELETED,
)
# Everything above reads the role by the name of its group.
GROUP_TRIGGERS = (
    Guarantee(
        name="is_kept",
        operation=pgtrigger.Update | pgtrigger.Delete,
        condition=pgtrigger.Condition(f"OLD.name IN ({_ROLES})"),
        func="""
            IF TG_OP = 'DELETE' OR ROW(NEW.id, NEW.name) IS DISTINCT FROM ROW(OLD.id, OLD.name) THEN
                REFUSE actors_rolegroup_is_kept 'Un rôle du portail garde son nom et sa clé.';
            END IF;
            RETURN NEW;
        """,
    ),
)
ROLE_TRIGGERS = (_THE_LAST_ADMINISTRATOR_KEEPS_THE_ROLE,)
