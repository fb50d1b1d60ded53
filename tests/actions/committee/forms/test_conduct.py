"""What is noted while a session is held."""

from decimal import Decimal

import pytest

from actions.committee.forms.conduct import (
    AttendanceForm,
    EnvelopeVoteForm,
    ItemForm,
    StepAsideForm,
)
from actions.committee.services.item_decisions import ItemRecord
from actions.enums import Outcome
from actions.models import CommitteeSession
from tests.plugins.prepared import prepared, starts_from
from tests.support.factories import BELOW_FLOOR, ChallengeFactory, Story
from tests.support.forms import REQUIRED, at_least, at_most, not_offered, too_long
from tests.support.reading import NO_CHOICE, plain
from tests.support.sessions import HeldSession

pytestmark = pytest.mark.django_db
VOTES = {"votes_for": "2", "votes_against": "1", "abstentions": "0"}


class TestAttendance:
    @starts_from(sitting="empty")
    def test_is_one_choice_a_member(self, sitting):
        sitting.session.members.create(user=sitting.agent, votes=False)
        members = sitting.members
        form = AttendanceForm(members=members.values())
        assert {name: field.label for name, field in form.fields.items()} == {
            f"member_{members[user].pk}": f"{user}{end}"
            for users, end in ((sitting.voters, ""), ([sitting.agent], " (sans droit de vote)"))
            for user in users
        }
        assert {field.value() for field in form} == {"expected"}

    @starts_from(sitting="empty")
    def test_is_handed_over_by_member(self, sitting):
        members = sitting.members.values()
        form = AttendanceForm(
            {f"member_{member.pk}": "excused" for member in members}, members=members
        )
        assert form.errors == {}
        assert form.attendance == {member.pk: "excused" for member in members}

    @starts_from(sitting="empty")
    def test_is_asked_of_everybody(self, sitting):
        first, *others = sitting.members.values()
        form = AttendanceForm({f"member_{first.pk}": "late"}, members=[first, *others])
        assert form.errors == {f"member_{first.pk}": [not_offered("late")]} | {
            f"member_{other.pk}": [REQUIRED] for other in others
        }


class TestAPoint:
    @prepared
    def item(self):
        """A point about an evaluated action that passes."""
        return HeldSession().items[0]

    def test_hands_over_what_was_noted(self, item):
        data = {"version": "3", "outcome": "prioritise", "amount": "4 000,50 €", "reason": "R"}
        form = ItemForm(data | {"method": "vote"} | VOTES, item=item)
        assert form.errors == {}
        assert form.cleaned_data["version"] == 3
        assert form.record == ItemRecord(
            outcome="prioritise",
            amount=Decimal("4000.50"),
            reason="R",
            method="vote",
            votes_for=2,
            votes_against=1,
            abstentions=0,
        )

    def test_needs_nothing_but_its_version(self, item):
        form = ItemForm({"version": "0"}, item=item)
        assert (form.errors, form.record) == ({}, ItemRecord())
        assert ItemForm({}, item=item).errors == {"version": [REQUIRED]}

    def test_shows_what_was_noted(self):
        sitting = HeldSession().opened()
        item = sitting.record(sitting.items[0], outcome="postpone", reason="M.")
        shown = {field.name: field.value() for field in ItemForm(item=item)}
        assert shown == {
            "version": 1,
            "outcome": "postpone",
            "amount": "6000",
            "reason": "M.",
            "public_reason": "",
            "method": "vote",
            "votes_for": 3,
            "votes_against": 0,
            "abstentions": 0,
        }

    def test_offers_what_is_asked_until_an_amount_is_granted(self):
        sitting = HeldSession().opened()
        [item] = sitting.items

        def amount():
            return ItemForm(item=item)["amount"].value()

        assert amount() == "6000"
        item = sitting.record(item, outcome="prioritise", amount=4000)
        assert amount() == "4000"
        # Emptied, it isn't filled in behind anybody's back.
        item.amount = None
        assert amount() is None

    def test_tells_what_was_asked(self, item):
        assert plain(ItemForm(item=item).fields["amount"].help_text) == (
            "Demandé : 6 000 €. Pour « Prioriser » seulement."
        )

    @pytest.mark.parametrize(
        ("state", "levels", "impossible"),
        [
            ("evaluated", (2, 2, 2, 2), ["increase", "keep"]),
            ("evaluated", BELOW_FLOOR, ["prioritise", "increase", "keep"]),
            ("postponed", (2, 2, 2, 2), ["postpone", "increase", "keep"]),
            ("in_progress", (), ["prioritise", "postpone", "announce_refusal"]),
        ],
    )
    def test_offers_what_state_and_result_allow(self, state, levels, impossible):
        story = Story()
        reached = getattr(story, state)
        sitting = HeldSession(stories=[reached(levels) if levels else reached()])
        form = ItemForm(item=sitting.items[0])
        assert form.fields["outcome"].choices == [
            (value, label) for value, label in Outcome.choices if value not in impossible
        ]

    @pytest.mark.parametrize(
        ("field", "value", "sentence"),
        [
            ("outcome", "maybe", not_offered("maybe")),
            ("amount", "0", "Le montant accordé doit dépasser 0 €."),
            ("amount", "-5", at_least(0)),
            ("method", "lots", not_offered("lots")),
            ("votes_for", "-1", at_least(0)),
            ("votes_against", "1001", at_most(1000)),
            ("abstentions", "deux", "Saisissez un nombre entier."),
            ("reason", "x" * 4001, too_long(4000, 4001)),
        ],
    )
    def test_says_beside_each_field_what_cannot_be_kept(self, item, field, value, sentence):
        assert ItemForm({"version": "0", field: value}, item=item).errors == {field: [sentence]}


class TestSteppingAside:
    @starts_from(sitting="empty")
    def test_is_for_those_of_the_session(self, sitting):
        members = sitting.session.members.filter(user=sitting.second)
        second, third = sitting.members[sitting.second], sitting.members[sitting.third]
        form = StepAsideForm({"member": second.pk, "reason": "Ma sœur."}, members=members)
        assert form.errors == {}
        assert form.cleaned_data == {"member": second, "reason": "Ma sœur."}
        refused = StepAsideForm({"member": third.pk, "reason": " "}, members=members)
        assert refused.errors == {"member": [NO_CHOICE], "reason": [REQUIRED]}


class TestEnvelopeVote:
    @prepared
    def session(self) -> CommitteeSession:
        """A session of which challenge 1 has its own envelope."""
        session = HeldSession(actions=0).session
        session.challenge_envelopes.create(challenge=ChallengeFactory(), amount=Decimal(1000))
        return session

    def test_hands_over_what_was_counted(self, session):
        form = EnvelopeVoteForm({"amount": "90 000"} | VOTES, session=session)
        assert form.errors == {}
        assert (form.cleaned_data["challenge"], form.cleaned_data["amount"], form.votes) == (
            None,
            Decimal(90_000),
            (2, 1, 0),
        )

    def test_is_about_the_session_or_a_challenge_with_its_own(self, session):
        own, other = ChallengeFactory(), ChallengeFactory(number=2)
        data = {"amount": "2000"} | VOTES
        form = EnvelopeVoteForm(data | {"challenge": own.pk}, session=session)
        assert form.errors == {}
        assert form.cleaned_data["challenge"] == own
        assert EnvelopeVoteForm(data | {"challenge": other.pk}, session=session).errors == {
            "challenge": [NO_CHOICE]
        }

    def test_says_what_it_lacks(self, session):
        names = ("amount", "votes_for", "votes_against", "abstentions")
        assert EnvelopeVoteForm({}, session=session).errors == {name: [REQUIRED] for name in names}


def test_only_what_was_changed_is_handed_over():
    """Two people note who came, each in a window of their own: neither undoes the other."""
    members = list(HeldSession(actions=0).session.members.all())
    first, second = members[:2]
    typed = {f"member_{member.pk}": "expected" for member in members}
    shown = {f"shown_{name}": value for name, value in typed.items()}
    form = AttendanceForm(typed | shown | {f"member_{first.pk}": "present"}, members=members)
    assert form.is_valid()
    assert form.attendance == {first.pk: "present"}
    assert second.pk not in form.attendance
