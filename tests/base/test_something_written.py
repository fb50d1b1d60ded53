"""What is written is told from blanks, whatever the session says about backslashes."""

import pytest
from django.apps import apps

from actions.models import Amendment
from ess_portal.base.triggers import SOMETHING_WRITTEN
from tests.support.factories import OrganisationFactory, Story
from tests.support.guarantee_steps import amend
from tests.support.refusals import execute, holders, refused_by

pytestmark = pytest.mark.django_db

# What `str.strip` takes for blank, and what nobody sees.
BLANKS = [chr(code) for code in range(1, 0x10000) if chr(code).isspace()]
BLANKS += ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff"]
SETTINGS = pytest.mark.parametrize("conforming", ["on", "off"])


def conform(value: str) -> None:
    execute(f"SET LOCAL standard_conforming_strings = {value}")


@SETTINGS
def test_blanks_are_nothing_and_the_rest_is_something(conforming):
    conform(conforming)
    told = f"SELECT %s ~ '{SOMETHING_WRITTEN}'"

    assert execute(told, "".join(BLANKS)) == [(False,)]
    assert {(text, *execute(told, text)[0]) for text in [*"sSu012cfe[]^:-", "é", "’", "中"]} == {
        (text, True) for text in [*"sSu012cfe[]^:-", "é", "’", "中"]
    }


def test_an_amendment_has_a_reason_that_shows():
    story = Story().prioritised()
    conform("off")

    for reason in ("", *BLANKS, "".join(BLANKS)):
        with refused_by("actions_amendment_has_reason"):
            amend(story, new_carrier=OrganisationFactory(), reason=reason)
    assert Amendment.objects.count() == 0


def test_no_guarantee_writes_a_backslash():
    """One would mean something else once `standard_conforming_strings` is off."""
    labels = [config.label for config in apps.get_app_configs()]
    texts = {
        str(holder): getattr(holder.thing, "func", "")
        for label in labels
        for holder in holders(label)
    }

    assert [name for name, text in texts.items() if "\\" in str(text)] == []
