"""The orders that lists and the committee read actions in; indexes of `Action` hold them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func

from actions.enums import ActionStatus
from ess_portal.base.triggers import listed

LATEST_FIRST = (
    F("submitted_at").desc(nulls_last=True),
    F("recorded_year").desc(nulls_last=True),
    "reference",
)


# What an agent has to do first, as an index holds it: what the agglomeration owes something, then
# what is under way. As below, no parameter.
TO_DO_FIRST = (
    Func(
        F("status"),
        template="(CASE"
        f" WHEN %(expressions)s IN ({listed(ActionStatus.OPEN)}) THEN 0"
        f" WHEN %(expressions)s IN ({listed(ActionStatus.AMENDABLE)}) THEN 1"
        " ELSE 2 END)",
        output_field=models.IntegerField(),
    ).asc(),
    F("submitted_at").desc(nulls_last=True),
    F("id").desc(),
)
# The committee's order, which an index holds: community interest first, then the share of points,
# then the medians in the order the programme gives its criteria, then the date of filing.
# PostgreSQL sorts NULL above every number: a criterion without opinion is put below them all.
# Numbers are written into the SQL: a parameter comes with a type of its own (server-side binding),
# and what is asked for is then not what the index holds.
RANKING = (
    F("gate_community_interest").desc(),
    Func(
        F("gate_points"),
        F("gate_max_points"),
        arg_joiner="::numeric / ",
        output_field=models.FloatField(),
        template="(%(expressions)s)",
    ).desc(),
    Func(
        F("gate_medians"),
        template="array_replace(%(expressions)s, NULL::smallint, (-1)::smallint)",
        output_field=ArrayField(models.SmallIntegerField(null=True)),
    ).desc(),
    F("submitted_at").asc(),
    F("id").asc(),
)
