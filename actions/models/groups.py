"""The heading that an action stands under in the committee's ranking.

The name of its only commune, and of its only sector, beside the action while the committee can
decide on it: an index then holds each grouped ranking in its order. An admitted file's links are
written no more (`written_before_admission`), so that only a change of state or a renaming writes
it. Read without a lock, the name of a place being renamed would stay the old one for good.
"""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from actions.enums import ActionStatus
from actions.querysets import RANKING
from actors.models import Commune, Sector
from ess_portal.base.triggers import Upkeep, listed

# What has several, or none, comes last.
BY_COMMUNE, BY_SECTOR = (
    (F(name).asc(nulls_last=True), *RANKING) for name in ("only_commune", "only_sector")
)
_DECIDABLE = listed(ActionStatus.DECIDABLE)


def _only(named: str, links: str) -> str:
    """The SQL that writes the name of the only place of a kind, or NULL."""
    return f"""
                SELECT p.name INTO NEW.only_{named} FROM actors_{named} p WHERE p.id = (
                    SELECT min(l.{named}_id) FROM {links} l
                    WHERE l.action_id = NEW.id HAVING count(*) = 1
                ) FOR SHARE;""".strip()


IS_GROUPED = Upkeep(
    name="l_is_grouped",
    operation=pgtrigger.Insert | pgtrigger.Update,
    func=f"""
        IF NEW.status NOT IN ({_DECIDABLE}) THEN
            NEW.only_commune := NULL;
            NEW.only_sector := NULL;
        ELSIF (OLD.status IN ({_DECIDABLE})) IS NOT TRUE
            OR ROW(NEW.only_commune, NEW.only_sector)
            IS DISTINCT FROM ROW(OLD.only_commune, OLD.only_sector) THEN
                {_only("commune", "actions_action_communes")}
                {_only("sector", "actions_action_sectors")}
        END IF;
        RETURN NEW;
    """,
)


GROUPED_INDEXES = tuple(
    models.Index(*order, condition=Q(status__in=ActionStatus.DECIDABLE), name=name)
    for order, name in (
        (BY_COMMUNE, "actions_action_by_commune"),
        (BY_SECTOR, "actions_action_by_sector"),
    )
)


class Grouped(models.Model):
    """The columns, written by the database. NULL where it has several or none, or isn't decided on."""

    # NULL, which an index puts last.
    only_commune = models.CharField(  # noqa: DJ001
        "seule commune", max_length=100, null=True, editable=False
    )
    only_sector = models.CharField(  # noqa: DJ001
        "seule filière", max_length=100, null=True, editable=False
    )

    class Meta:
        abstract = True


def _regroups(named: str, links: str) -> Upkeep:
    return Upkeep(
        name="regroups",
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf("name"),
        condition=pgtrigger.Condition("NEW.name IS DISTINCT FROM OLD.name"),
        func=f"""
            UPDATE actions_action SET only_{named} = NEW.name WHERE id IN (
                SELECT a.id FROM actions_action a
                JOIN {links} l ON l.action_id = a.id
                WHERE l.{named}_id = NEW.id AND a.only_{named} IS NOT NULL
                ORDER BY a.id FOR NO KEY UPDATE OF a
            );
            RETURN NULL;
        """,
    )


class NamedCommune(Commune):
    """A commune whose name heads actions: a proxy that carries the trigger alone."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = "commune qui regroupe des actions"
        verbose_name_plural = "communes qui regroupent des actions"
        triggers = (_regroups("commune", "actions_action_communes"),)


class NamedSector(Sector):
    """A sector whose name heads actions: a proxy that carries the trigger alone."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = "filière qui regroupe des actions"
        verbose_name_plural = "filières qui regroupent des actions"
        triggers = (_regroups("sector", "actions_action_sectors"),)
