"""What the database holds of roles: an active administrator stays."""

import pgtrigger

from ess_portal.base.triggers import Guarantee


def _unless_nobody_is_left(name: str) -> str:
    # Looked at when the transaction ends, and behind a lock, so that two administrators who leave
    # at one instant see each other.
    return f"""
        PERFORM pg_advisory_xact_lock(hashtextextended('actors_last_administrator', 0));
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


_THE_LAST_ADMINISTRATOR_STAYS_ACTIVE = Guarantee(
    name="the_last_administrator_stays_active",
    when=pgtrigger.After,
    operation=pgtrigger.Update,
    timing=pgtrigger.Deferred,
    condition=pgtrigger.Condition("OLD.is_active AND NOT NEW.is_active"),
    func="""
        IF NOT EXISTS (
            SELECT 1 FROM actors_user_groups h JOIN auth_group g ON g.id = h.group_id
            WHERE h.user_id = OLD.id AND g.name = 'administrator'
        ) THEN
            RETURN NULL;
        END IF;
    """
    + _unless_nobody_is_left("actors_user_last_administrator_stays"),
)

# The role itself gone counts too.
_THE_LAST_ADMINISTRATOR_KEEPS_THE_ROLE = Guarantee(
    name="the_last_administrator_keeps_the_role",
    when=pgtrigger.After,
    operation=pgtrigger.Update | pgtrigger.Delete,
    timing=pgtrigger.Deferred,
    func="""
        IF EXISTS (
            SELECT 1 FROM auth_group g WHERE g.id = OLD.group_id AND g.name <> 'administrator'
        ) THEN
            RETURN NULL;
        END IF;
    """
    + _unless_nobody_is_left("actors_roleholding_last_administrator_stays"),
)

USER_TRIGGERS = (_THE_LAST_ADMINISTRATOR_STAYS_ACTIVE,)
ROLE_TRIGGERS = (_THE_LAST_ADMINISTRATOR_KEEPS_THE_ROLE,)
