"""What the database holds about belonging: once each, and a last manager stays."""

import pgtrigger
from django.db import models
from django.db.models import Q

from actors.enums import MembershipRole
from ess_portal.base.triggers import Guarantee

MEMBERSHIP_CONSTRAINTS = (
    models.UniqueConstraint(
        fields=("user", "organisation"),
        name="actors_membership_once_per_organisation",
        violation_error_message="Cette personne est déjà membre de la structure.",
    ),
    models.CheckConstraint(
        condition=Q(role__in=MembershipRole.values),
        name="actors_membership_known_role",
        violation_error_message="Choisissez un rôle dans la liste.",
    ),
)

# Looked at when the transaction ends, so that an organisation can be deleted with its members, and
# behind a lock, so that two managers who leave at one instant see each other. The manager of a
# closed account manages nothing, and may be taken off. The people of an organisation that is merged
# into another follow it.
_THE_LAST_MANAGER_STAYS = Guarantee(
    name="the_last_manager_stays",
    when=pgtrigger.After,
    operation=pgtrigger.Update | pgtrigger.Delete,
    timing=pgtrigger.Deferred,
    func="""
        IF OLD.role IS DISTINCT FROM 'manager' THEN
            RETURN NULL;
        END IF;
        PERFORM 1 FROM actors_organisation
        WHERE id = OLD.organisation_id AND merged_into_id IS NULL FOR NO KEY UPDATE;
        IF FOUND
            AND EXISTS (SELECT 1 FROM actors_user u WHERE u.id = OLD.user_id AND u.is_active)
            AND NOT EXISTS (
                SELECT 1 FROM actors_membership m JOIN actors_user u ON u.id = m.user_id
                WHERE m.organisation_id = OLD.organisation_id AND m.role = 'manager' AND u.is_active
            ) THEN
            REFUSE actors_membership_last_manager_stays
                'Une structure garde au moins un responsable : nommez-en un autre d’abord.';
        END IF;
        RETURN NULL;
    """,
)

MEMBERSHIP_TRIGGERS = (_THE_LAST_MANAGER_STAYS,)
