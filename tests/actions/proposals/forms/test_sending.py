"""Step 6: what the carrier engages to when sending."""

import pytest

from actions.proposals.forms.sending import TO_TICK, SendingForm
from tests.support.factories import OrganisationFactory, Story
from tests.support.forms import too_long

pytestmark = pytest.mark.django_db
CONSENTS = ("signs_contract", "certifies_accuracy", "accepts_terms")


def form(story, typed=None, **options) -> SendingForm:
    """The last step of the story's file."""
    return SendingForm(typed, instance=story.action, user=story.manager, **options)


def of_family(family) -> Story:
    """A draft of such an organisation."""
    return Story(carrier=OrganisationFactory(family=family))


@pytest.mark.parametrize(
    ("family", "signs"),
    [
        ("association", True),
        ("foundation", True),
        ("cooperative", False),
        ("mutual", False),
        ("commercial_company", False),
    ],
)
def test_nothing_is_left_out(family, signs):
    # In the order of the page.
    asked = CONSENTS if signs else CONSENTS[1:]
    filled = form(of_family(family), {})
    assert list(filled.fields) == list(asked)
    assert list(filled.errors.items()) == [(name, [TO_TICK]) for name in asked]


def test_hands_over_the_consents():
    filled = form(Story(), dict.fromkeys(CONSENTS, "on"))
    assert filled.errors == {}
    assert filled.content.columns == dict.fromkeys(CONSENTS, True)


@pytest.mark.parametrize(
    ("reason", "errors"),
    [("", {}), ("Un devis de plus.", {}), ("x" * 2001, {"reason": [too_long(2000, 2001)]})],
)
def test_asks_why_other_parts_changed(reason, errors):
    typed = dict.fromkeys(CONSENTS, "on") | {"reason": reason}
    filled = form(Story(), typed, other_changes=["title"])
    assert list(filled.fields) == ["reason", *CONSENTS]
    assert filled.errors == errors
    assert "reason" not in filled.content.columns
