"""Amending by two: what the services write, tell, and refuse, whoever calls them."""

from datetime import timedelta
from decimal import Decimal

import pytest

from actions.amendments.services import cancel_amendment, confirm_amendment, propose_amendment
from actions.enums import Transition
from actions.models import Action, Amendment
from actions.models.amendment import AmendmentChange
from actions.proposals.services.twins import merge_organisations
from actors.enums import MembershipRole, Role
from actors.models import Membership
from actors.services import grant_role
from ess_portal.base.french import long_date
from ess_portal.base.models import OutgoingMail
from ess_portal.base.refusals import Refused
from tests.plugins.prepared import prepared
from tests.support.factories import OrganisationFactory, Story, fresh, member, person
from tests.support.guarantee_steps import a_transaction_later
from tests.support.refusals import holder_of
from tests.support.refusals import refusal as refusals
from tests.support.sessions import raised

pytestmark = pytest.mark.django_db
WHO = [
    "Un avenant revient à deux membres de la commission, sans lien avec l’ancien porteur, le "
    "nouveau ou un partenaire, et qui n’ont pas évalué l’action."
]
NO_LONGER_WAITS = ["Cet avenant n’attend plus d’être confirmé."]


@prepared
def story() -> Story:
    """An action granted 5,000 €."""
    return Story().prioritised()


def propose(story: Story, **columns) -> Amendment:
    """An amendment to 4,000 €, proposed by the first member."""
    columns = {"amount": Decimal(4000), "reason": "Un local moins cher."} | columns
    return propose_amendment(action=story.action, by=fresh(story.members[0]), **columns)


def refused(story: Story, **columns) -> list[str]:
    """The sentences with which a proposal of the first member is refused."""
    columns = {"by": fresh(story.members[0]), "reason": "R", "amount": Decimal(4000)} | columns
    return refusals(propose_amendment, action=story.action, **columns)


def test_everything_changes_at_once_and_both_carriers_are_told(story):
    carrier = OrganisationFactory(name="Fédération des épiceries")
    new_manager = member(carrier)
    before = story.action
    ends_on = before.ends_on + timedelta(days=90)
    amendment = propose(story, ends_on=ends_on, carrier=carrier, reason=" Fusion. ")
    OutgoingMail.objects.all().delete()

    action = confirm_amendment(amendment=amendment, by=fresh(story.members[1]))

    stored = Action.objects.get(pk=action.pk)
    assert (stored.amount_granted, stored.carrier, stored.starts_on, stored.ends_on) == (
        Decimal(4000),
        carrier,
        before.starts_on,
        ends_on,
    )
    assert (stored.status, stored.decided_by, stored.confirmed_by) == (
        "prioritised",
        *story.members,
    )
    amendment.refresh_from_db()
    assert (amendment.proposed_by, amendment.confirmed_by) == tuple(story.members)
    assert (amendment.reason, amendment.is_pending) == ("Fusion.", False)
    assert amendment.changes == [
        AmendmentChange(
            "Montant accordé", "5 000 €".replace(" ", "\u00a0"), "4 000 €".replace(" ", "\u00a0")
        ),
        AmendmentChange("Fin prévue", long_date(before.ends_on), long_date(ends_on)),
        AmendmentChange("Structure porteuse", story.carrier.name, "Fédération des épiceries"),
    ]
    mails = OutgoingMail.objects.order_by("pk")
    assert [(mail.recipient, mail.subject) for mail in mails] == [
        (story.manager.email, f"{action.reference} : avenant confirmé"),
        (new_manager.email, f"{action.reference} : avenant confirmé"),
    ]
    links = [mail.body.split("L’action :\n")[1].split("\n")[0] for mail in mails]
    assert links[0].endswith(f"/actions/{action.reference}/")
    assert links[1].endswith(f"/espace/actions/{action.uuid}/")


def test_the_carrier_that_stays_is_told_once(story):
    amendment = propose(story)
    OutgoingMail.objects.all().delete()

    confirm_amendment(amendment=amendment, by=fresh(story.members[1]))

    [mail] = OutgoingMail.objects.all()
    assert mail.recipient == story.manager.email
    assert "Montant accordé : 4 000 € (avant : 5 000 €)" in mail.body.replace("\u00a0", " ")
    assert "Un local moins cher." in mail.body
    assert mail.body.count("/espace/actions/") == 1


def test_what_is_already_so_is_left_out(story):
    action = story.action

    amendment = propose(story, starts_on=action.starts_on, carrier=action.carrier)

    assert (amendment.new_starts_on, amendment.new_carrier, amendment.new_amount) == (
        None,
        None,
        Decimal(4000),
    )


def test_several_amendments_follow_each_other(story):
    for amount in (4000, 3000):
        amendment = propose(story, amount=Decimal(amount))
        confirm_amendment(amendment=amendment, by=fresh(story.members[1]))
    raised(story, 6000)

    amounts = Amendment.objects.order_by("pk").values_list("old_amount", "new_amount")
    assert list(amounts) == [(5000, 4000), (4000, 3000), (3000, 6000)]


def test_more_money_is_a_session_s_to_give(story):
    assert refusals(propose, story, amount=Decimal("5000.01")) == [
        "Une augmentation se décide en séance de la commission, dans son enveloppe : mettez "
        "l’action à l’ordre du jour d’une séance."
    ]
    assert not Amendment.objects.exists()


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"amount": None}, "Indiquez au moins un changement."),
        ({"amount": Decimal(5000)}, "Indiquez au moins un changement."),
        ({"reason": " \n"}, "Écrivez le motif."),
        ({"reason": "\u200b"}, "Écrivez le motif de l’avenant."),
        ({"amount": Decimal(0)}, "Le montant accordé doit dépasser 0 €."),
    ],
)
def test_what_is_proposed_is_a_change_with_its_reason(story, columns, sentence):
    assert set(refused(story, **columns)) == {sentence}
    assert not Amendment.objects.exists()


def test_the_end_follows_the_start(story):
    assert refused(story, ends_on=story.action.starts_on - timedelta(days=1)) == [
        "La fin de l’action doit suivre son début."
    ]


def test_one_amendment_waits_at_a_time(story):
    propose(story)

    assert refused(story) == ["Un avenant attend déjà d’être confirmé sur cette action."]


@pytest.mark.parametrize("state", ["evaluated", "completed", "abandoned"])
def test_only_what_is_under_way_is_amended(state):
    assert refused(getattr(Story(), state)()) == [
        "Un avenant ne porte que sur une action priorisée ou en cours."
    ]


def test_only_independent_members_of_the_committee_take_part(story):
    amendment = propose(story)
    evaluator, linked = story.evaluators[0], member(story.carrier)
    for somebody in (evaluator, linked):
        grant_role(somebody, Role.COMMITTEE)
    for somebody in (evaluator, linked, story.agent, story.manager, person(is_superuser=True)):
        assert refusals(confirm_amendment, amendment=amendment, by=fresh(somebody)) == WHO
        assert refusals(cancel_amendment, amendment=amendment, by=fresh(somebody)) == WHO
    cancel_amendment(amendment=amendment, by=fresh(story.members[1]))
    for somebody in (evaluator, linked, story.agent, story.manager):
        assert refused(story, by=fresh(somebody)) == WHO


def test_a_member_of_the_new_carrier_takes_no_part(story):
    carrier = OrganisationFactory()
    amendment = propose(story, carrier=carrier)
    a_transaction_later()
    Membership.objects.create(user=story.members[1], organisation=carrier)

    second = fresh(story.members[1])
    assert refusals(confirm_amendment, amendment=amendment, by=second) == WHO
    assert refusals(cancel_amendment, amendment=amendment, by=second) == WHO
    cancel_amendment(amendment=amendment, by=fresh(story.members[0]))
    assert refused(story, by=second, carrier=carrier) == WHO


def test_who_lost_their_independence_since_proposing_is_seen(story):
    amendment = propose(story)
    holder_of("actions_belonging_behind_no_decision").drop()
    Membership.objects.create(user=story.members[0], organisation=story.carrier)

    assert refusals(confirm_amendment, amendment=amendment, by=fresh(story.members[1])) == WHO


def test_another_person_confirms(story):
    amendment = propose(story)

    assert refusals(confirm_amendment, amendment=amendment, by=fresh(story.members[0])) == [
        "Vous avez proposé cet avenant : une autre personne doit le confirmer."
    ]


@pytest.mark.parametrize("settle", [confirm_amendment, cancel_amendment])
def test_what_is_settled_stays_so(story, settle):
    amendment = propose(story)
    settle(amendment=amendment, by=fresh(story.members[1]))

    second = fresh(story.members[1])
    assert refusals(confirm_amendment, amendment=amendment, by=second) == NO_LONGER_WAITS
    assert refusals(cancel_amendment, amendment=amendment, by=second) == NO_LONGER_WAITS


def test_an_amendment_outlives_the_start_not_the_end(story):
    amendment = propose(story)
    story.apply(Transition.START, story.agent)
    amendment.refresh_from_db()
    assert amendment.is_pending

    public = {"public_reason": "Plus de local."}
    story.apply(Transition.ABANDON, story.agent, comment="Local perdu.", details=public)

    amendment.refresh_from_db()
    assert amendment.cancelled_at is not None
    assert refusals(confirm_amendment, amendment=amendment, by=fresh(story.members[1])) == (
        NO_LONGER_WAITS
    )


def test_who_waits_for_a_place_decides_on_no_file_of_theirs():
    """A merger made them ask: they are bound until they are answered."""
    story, into = Story().prioritised(), OrganisationFactory()
    member(into)
    bound = member(story.carrier, role=MembershipRole.CONTRIBUTOR)
    grant_role(bound, Role.COMMITTEE)
    merge_organisations(twin=story.carrier, into=into, by=person(Role.AGENT))
    with pytest.raises(Refused) as refused:
        propose_amendment(
            action=story.action, by=fresh(bound), amount=Decimal(90_000), reason="Davantage."
        )
    assert refused.value.reasons == [
        "Un avenant revient à deux membres de la commission, sans lien avec l’ancien porteur, le "
        "nouveau ou un partenaire, et qui n’ont pas évalué l’action."
    ]
