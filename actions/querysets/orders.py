"""The orders that lists and the committee read actions in; indexes of `Action` hold them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import ExpressionWrapper, F, Func, Value

LATEST_FIRST = (
    F("submitted_at").desc(nulls_last=True),
    F("recorded_year").desc(nulls_last=True),
    "reference",
)


# The committee's order, which an index holds: community interest first, then the share of points,
# then the medians in the order the programme gives its criteria, then the date of filing.
# PostgreSQL sorts NULL above every number: a criterion without opinion is put below them all.
RANKING = (
    F("gate_community_interest").desc(),
    ExpressionWrapper(
        F("gate_points") * 1.0 / F("gate_max_points"), output_field=models.FloatField()
    ).desc(),
    Func(
        F("gate_medians"),
        Value(None),
        Value(-1),
        function="array_replace",
        output_field=ArrayField(models.SmallIntegerField(null=True)),
    ).desc(),
    F("submitted_at").asc(),
    F("id").asc(),
)
