"""More money for an action under way: decided in a session, within its envelope, by two people."""

from decimal import Decimal

import pytest

from actions.amendments.services import propose_amendment
from actions.committee.queries.agenda import asked_of
from actions.committee.queries.minutes import minutes_of
from actions.committee.services.agenda import put_on_agenda
from actions.committee.services.increases import AMENDMENT_WAITS
from actions.committee.services.sessions import send_agenda
from actions.enums import Transition
from actions.models import Action, Amendment
from ess_portal.base.models import OutgoingMail
from tests.plugins.prepared import prepared
from tests.support.factories import Story, fresh
from tests.support.reading import plain
from tests.support.refusals import refusal
from tests.support.sessions import HeldSession, missing, raised

pytestmark = pytest.mark.django_db
MORE = {"outcome": "increase", "amount": 1500, "reason": "Davantage de familles."}


@prepared
def sitting() -> HeldSession:
    """An open session with a granted action (5,000 €) on its agenda, and 2,000 € to give."""
    return HeldSession(stories=[Story().prioritised()], envelope=2000).opened()


def granted(sitting: HeldSession) -> Decimal:
    """What its action has."""
    return Action.objects.get(pk=sitting.stories[0].action.pk).amount_granted


def test_an_increase_is_an_amendment_once_the_session_is_published(sitting):
    OutgoingMail.objects.all().delete()
    sitting.record(sitting.items[0], **MORE)
    sitting.close()
    assert granted(sitting) == 5000
    assert not OutgoingMail.objects.exists()
    sitting.confirm(sitting.second)

    [amendment] = Amendment.objects.all()
    assert (granted(sitting), amendment.old_amount, amendment.new_amount) == (6500, 5000, 6500)
    assert (amendment.proposed_by, amendment.confirmed_by) == (sitting.chair, sitting.second)
    assert amendment.reason == MORE["reason"]
    assert amendment == sitting.items[0].amendment
    [mail] = OutgoingMail.objects.filter(recipient=sitting.stories[0].manager.email)
    assert "6 500 €" in plain(mail.body)


def test_it_takes_of_the_envelope_of_the_session(sitting):
    item = sitting.items[0]
    said = refusal(sitting.record, item, **MORE | {"amount": 2001})
    assert [plain(sentence) for sentence in said] == [
        "Séance : 2 001 € accordés dépassent l’enveloppe de 2 000 €. Baissez un montant, ou "
        "faites voter une enveloppe plus haute."
    ]
    sitting.record(item, **MORE | {"amount": 2000})
    sitting.close().confirm(sitting.second)
    assert granted(sitting) == 7000


def test_the_agenda_that_is_sent_says_that_it_is_one():
    sitting = HeldSession(stories=[Story().prioritised()])
    send_agenda(session=sitting.session, by=sitting.agent)
    mail = OutgoingMail.objects.filter(recipient=sitting.chair.email).latest("pk")
    action = sitting.stories[0].action
    line = f"1. {action.reference}, {action.title} ({action.carrier}), augmentation"
    assert plain(line) in plain(mail.text).splitlines()


def test_it_has_an_amount_and_a_reason(sitting):
    item = sitting.record(sitting.items[0], outcome="increase")
    assert missing(sitting, item) == [
        "Indiquez de combien le montant augmente.",
        "Écrivez le motif : le porteur le lira.",
    ]


@pytest.mark.parametrize(
    ("outcome", "decision"),
    [
        ("keep", "Montant maintenu"),
        ("adjourn", "Point reporté à une autre séance"),
        ("moot", "Point sans objet"),
    ],
)
def test_what_is_kept_or_put_off_changes_nothing(sitting, ago, outcome, decision):
    item = sitting.record(sitting.items[0], outcome=outcome, reason="Le besoin n’est pas établi.")
    assert (item.amount, missing(sitting, item)) == (None, [])
    sitting.close()
    with ago(1):
        sitting.confirm(sitting.second)
    assert (granted(sitting), Amendment.objects.count()) == (5000, 0)
    [said] = minutes_of(sitting.refresh().session, sitting.agent).items
    assert (said.decision, said.granted, said.granted_before) == (decision, None, 5000)
    assert asked_of(sitting.items[0]) == 0  # in the agenda too, once it is over
    raised(sitting.stories[0], 7000)
    assert minutes_of(sitting.refresh().session, sitting.agent).items == [said]


def test_the_minutes_tell_what_was_there_and_what_is_added(sitting):
    sitting.record(sitting.items[0], **MORE)
    sitting.close().confirm(sitting.second)
    minutes = minutes_of(sitting.refresh().session, sitting.agent)
    [said] = minutes.grants
    assert (said.decision, said.granted, said.granted_before) == ("Montant augmenté", 1500, 5000)
    assert (minutes.granted, minutes.asked) == (1500, 0)
    raised(sitting.stories[0], 7000)
    assert minutes_of(sitting.refresh().session, sitting.agent) == minutes


@pytest.mark.parametrize("outcome", ["increase", "keep"])
def test_only_an_action_under_way_has_more(outcome):
    waiting = HeldSession().opened()
    assert refusal(waiting.record, waiting.items[0], **MORE | {"outcome": outcome}) == [
        "On augmente ou maintient le montant d’une action priorisée ou en cours."
    ]


def test_an_action_that_is_given_up_meanwhile_stops_the_publication(sitting):
    story = sitting.stories[0]
    sitting.record(sitting.items[0], **MORE)
    sitting.close()
    story.apply(Transition.ABANDON, story.agent, comment="Fin.", details={"public_reason": "Fin."})
    assert refusal(sitting.confirm, sitting.second) == [
        "Point 1 : L’action n’est plus priorisée ni en cours : notez le point « Sans objet »."
    ]


def test_an_amendment_that_waits_comes_first(sitting):
    story = sitting.stories[0]
    sitting.record(sitting.items[0], **MORE)
    sitting.close()
    pending = {"action": story.action, "by": fresh(story.members[0]), "amount": Decimal(4000)}
    propose_amendment(**pending, reason="Moins.")
    assert refusal(sitting.confirm, sitting.second) == [f"Point 1 : {AMENDMENT_WAITS}"]

    other = Story().prioritised()
    propose_amendment(**pending | {"action": other.action}, reason="Moins.")
    assert refusal(
        put_on_agenda,
        session=HeldSession(stories=[]).session,
        actions=[other.action],
        by=sitting.agent,
    ) == [f"{other.action.reference} : un avenant attend déjà d’être confirmé."]
