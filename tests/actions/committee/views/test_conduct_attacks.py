"""What odd hands, and people with an interest, meet on the pages of a session."""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest

from actions.amendments.services import confirm_amendment, propose_amendment
from actions.committee.documents.minutes import minutes_pdf
from actions.committee.documents.pack import pack_data, pack_pdf
from actions.committee.queries.minutes import minutes_of
from actions.committee.queries.packs import pack_of
from actions.committee.queries.settled import settled_in
from actions.committee.services.conduct import reopen_session
from actions.committee.services.decisions import confirm_decision, propose_decision
from actions.committee.services.item_decisions import INTERESTED
from actions.committee.services.sessions import edit_session
from actions.enums import DecisionKind, Transition
from actions.evaluation.services.evaluations import recuse
from actions.models import CommitteeSession
from actors.enums import MembershipRole, Role
from actors.models import Membership
from tests.plugins.prepared import starts_from
from tests.support.factories import OrganisationFactory, Story, fresh, person
from tests.support.reading import Page, plain
from tests.support.refusals import holder_of, refusal
from tests.support.sessions import HeldSession

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

HUGE = "9" * 40
ODD = ("", "\x00", "abc", "-1", HUGE, "1e400", "NaN", "é" * 5000, "1.5", "0001-01-01", "9999-12-31")
AUTOSAVE = {"HX-Request": "true"}


def point(sitting, path="") -> str:
    """The address of the first item."""
    return f"/commission/points/{sitting.items[0].pk}/{path}"


def session(sitting, path="") -> str:
    """The address of the session."""
    return f"/commission/seances/{sitting.session.pk}/{path}"


def settled(sitting) -> dict:
    """What the form of the session sends."""
    return {
        "shown": settled_in(CommitteeSession.objects.get(pk=sitting.session.pk)),
        "held_on": "2026-12-03",
        "starts_at": "14:30",
        "place": "Salle des mariages",
        "chair": sitting.chair.pk,
        "quorum": "2",
        "envelope": "50000",
        "voters": [voter.pk for voter in sitting.voters],
    }


def noted(**data) -> dict:
    """What the form of an item sends."""
    votes = {"votes_for": "3", "votes_against": "0", "abstentions": "0"}
    columns = {"version": "0", "outcome": "prioritise", "amount": "100", "method": "vote"}
    return columns | votes | {"reason": ""} | data


def join(organisation, user) -> None:
    """Have somebody join an organisation."""
    Membership.objects.create(organisation=organisation, user=user, role=MembershipRole.CONTRIBUTOR)


def forms(sitting) -> dict[str, dict]:
    """Every form of a session, filled well."""
    members = list(sitting.session.members.all())
    votes = {"votes_for": "1", "votes_against": "0", "abstentions": "0"}
    return {
        session(sitting, "modifier/"): settled(sitting) | {"observers": []},
        "/commission/seances/nouvelle/": settled(sitting) | {"observers": []},
        session(sitting, "ordre-du-jour/"): {"action": "ESS-2026-0001"},
        session(sitting, "presences/"): {f"member_{members[0].pk}": "present"},
        session(sitting, "enveloppe/"): {"challenge": "", "amount": "100"} | votes,
        session(sitting, "deliberation/"): {"number": "DEL-1"},
        point(sitting): noted(),
        point(sitting, "deport/"): {"member": members[0].pk, "reason": "Lien"},
    }


class TestOddValues:
    @starts_from(sitting="open")
    def test_are_answered_in_every_form(self, as_user, sitting):
        client = as_user(sitting.agent)
        for url, data in forms(sitting).items():
            for name in data:
                for odd in ODD:
                    response = client.post(url, data | {name: odd})
                    assert response.status_code in (200, 302, 403, 409), (url, name, odd)
                rest = {key: value for key, value in data.items() if key != name}
                response = client.post(url, rest, headers=AUTOSAVE)
                assert response.status_code in (200, 302, 403, 409), (url, name)

    @starts_from(sitting="prepared")
    def test_are_answered_in_every_address(self, as_user, sitting):
        client = as_user(sitting.agent)
        for url in ("/commission/", session(sitting, "ordre-du-jour/"), "/commission/seances/"):
            for name in ("tri", "etat", "defi", "mesure", "commune", "filiere", "page", "q"):
                for odd in ("\x00", "-1", HUGE, "1e400", "abc"):
                    status = client.get(url, {name: odd}).status_code
                    assert status in (200, 404), (url, name, odd)
        for path in (f"seances/{HUGE}/", f"points/{HUGE}/", f"seances/{HUGE}/dossier.pdf"):
            assert client.get(f"/commission/{path}").status_code == 404

    @starts_from(sitting="prepared")
    def test_on_an_agenda_name_no_action(self, as_user, sitting):
        client = as_user(sitting.agent)
        url = session(sitting, "ordre-du-jour/")
        # Nothing is left to rank: the page has no row, and a running total all the same.
        assert client.get(url).status_code == 200
        page = Page(client.post(url, {"action": ["\x00", "ESS-0000-0000"]}, follow=True))
        assert page.messages == ["Cochez au moins une action à mettre à l’ordre du jour."]

    @starts_from(sitting="prepared")
    def test_beside_good_ones_leave_them_ticked(self, as_user, sitting):
        free, chosen = Story().evaluated().action, Story().evaluated().action
        taken = sitting.stories[0].action
        other = HeldSession(stories=[])
        client = as_user(other.agent)
        ticked = {"action": [chosen.reference, taken.reference]}
        page = Page(client.post(session(other, "ordre-du-jour/"), ticked))
        assert page.messages == [
            f"{taken.reference} : elle est à l’ordre du jour de la séance du 3 décembre 2026."
        ]
        boxes = {
            box["value"]: "checked" in box.attributes
            for box in page.main.all("input", name="action")
        }
        assert boxes == {free.reference: False, chosen.reference: True}
        assert not other.items

    @pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
    @starts_from(sitting="prepared")
    def test_a_far_day_has_its_pages(self, as_user, day, sitting):
        CommitteeSession.objects.update(held_on=date.fromisoformat(day), starts_at=time(0, 0))
        client = as_user(sitting.agent)
        for path in ("", "dossier.pdf", "modifier/"):
            assert client.get(session(sitting, path)).status_code == 200

    @starts_from(sitting="open")
    def test_keep_what_was_typed(self, as_user, sitting):
        client = as_user(sitting.agent)
        response = client.post(point(sitting), noted(amount="1000000000000", reason="Un motif."))
        page = Page(response)
        assert page.form["amount"] == "1000000000000"
        assert page.form["reason"] == "Un motif."
        [error] = page.errors
        assert error.startswith("Montant accordé (€)")
        fragment = client.post(point(sitting), noted(amount="douze"), headers=AUTOSAVE)
        assert "Montant accordé (€)\u00a0: " in fragment.content.decode()


class TestTheRegister:
    @starts_from(sitting="prepared")
    def test_keeps_a_member_who_stepped_aside(self, as_user, sitting):
        sitting.step_aside(sitting.items[0], sitting.third)
        data = settled(sitting) | {"voters": [sitting.chair.pk, sitting.second.pk]}
        page = Page(as_user(sitting.agent).post(session(sitting, "modifier/"), data))
        assert page.errors == [
            f"{sitting.third} s’est déporté d’un point : le registre garde ce membre."
        ]
        assert sitting.session.members.count() == 3

    @starts_from(sitting="prepared")
    def test_a_chair_hands_the_session_over(self, as_user, sitting):
        data = settled(sitting) | {"chair": sitting.second.pk}
        response = as_user(sitting.chair).post(session(sitting, "modifier/"), data)
        assert response.status_code == 302
        assert sitting.refresh().session.chair == sitting.second

    @starts_from(sitting="closed")
    def test_a_closed_session_outlives_its_chair(self, as_user, sitting):
        sitting.chair.groups.clear()
        assert refusal(reopen_session, session=sitting.session, by=fresh(sitting.second)) == [
            "Rouvrir la séance revient à son président."
        ]
        as_user(sitting.agent).post(session(sitting, "etape/rouvrir/"))
        assert sitting.refresh().session.is_in_session

    @starts_from(sitting="closed")
    def test_an_agent_reopens_no_session_that_has_its_chair(self, sitting):
        assert refusal(reopen_session, session=sitting.session, by=sitting.agent) == [
            "Rouvrir la séance revient à son président."
        ]


class TestAWithdrawnAction:
    @starts_from(sitting="open on two actions")
    def test_is_not_read_nor_decided_any_more(self, as_user, sitting):
        for item in sitting.items:
            sitting.record(item, outcome="prioritise", amount=100)
        story = sitting.stories[0]
        story.apply(Transition.WITHDRAW, story.manager)
        client = as_user(sitting.chair)
        page = Page(client.get(point(sitting)))
        assert "Le dossier" not in [heading.text for heading in page.main.all("h2")]
        assert story.action.summary not in page.main.text
        assert client.get(session(sitting, "dossier.pdf")).status_code == 200

        page = Page(client.post(session(sitting, "etape/clore/"), follow=True))
        assert page.messages == [
            "Point 1 : L’action est maintenant à l’état « Retirée » : notez le point "
            "« Sans objet », ou une autre suite."
        ]
        sitting.record(sitting.items[0], outcome="moot")
        assert sitting.close().session.state == "closed"

    def test_has_no_page_in_the_pack(self):
        sitting = HeldSession(2)
        story = sitting.stories[0]
        story.apply(Transition.WITHDRAW, story.manager)
        pack = pack_of(sitting.session, fresh(sitting.chair))
        assert [action.reference for action in pack.actions] == [
            sitting.stories[1].action.reference
        ]


class TestAnInterestedMember:
    @pytest.mark.parametrize("how", ["member", "partner", "stepped_aside"])
    @starts_from(sitting="open on two actions")
    def test_reads_no_reason(self, as_user, how, sitting):
        story, other = sitting.stories
        somebody = sitting.third
        if how == "member":
            join(story.carrier, somebody)
        elif how == "partner":
            holder_of("actions_partnership_while_the_file_is_written").drop()
            organisation = OrganisationFactory()
            story.action.partners.add(organisation)
            join(organisation, somebody)
        else:
            sitting.step_aside(sitting.items[0], somebody)
        explained = "Ce qu’en disent les évaluateurs"

        for url in (
            point(sitting),
            f"/commission/{story.action.reference}/",
            story.action.get_absolute_url(),
        ):
            assert explained not in as_user(somebody).get(url).content.decode(), url
            assert explained in as_user(sitting.second).get(url).content.decode(), url
        url = f"/commission/{other.action.reference}/"
        assert explained in as_user(somebody).get(url).content.decode()
        pack = pack_of(sitting.session, fresh(somebody))
        assert pack.withheld == {story.action.reference}
        drawn = pack_data(pack)
        assert [action["reference"] for action in drawn["actions"]] == [other.action.reference]
        assert len(drawn["ranking"]) == 2
        assert pack_of(sitting.session, fresh(sitting.second)).withheld == frozenset()

    @starts_from(sitting="open")
    def test_notes_nothing_even_before_stepping_aside(self, as_user, sitting):
        join(sitting.stories[0].carrier, sitting.chair)
        client = as_user(sitting.chair)
        assert Page(client.get(point(sitting))).main.all("input", name="outcome") == []
        response = client.post(point(sitting), noted(), headers=AUTOSAVE)
        assert INTERESTED in plain(response.content.decode())
        assert sitting.items[0].outcome == ""

    def test_of_the_evaluation_leaves_the_room(self):
        somebody = person(Role.COMMITTEE)
        story = Story().in_evaluation()
        story.action.recusals.create(user=somebody, declared_by=somebody, reason="Ami.")
        for evaluation in story.evaluations:
            story.score(evaluation)
        story.apply(Transition.CLOSE_EVALUATION, story.agent)
        sitting = HeldSession(stories=[story])
        members = [sitting.chair, sitting.second, somebody]
        content = replace(sitting.content, voters=members)
        edit_session(session=sitting.session, by=sitting.agent, content=content)
        sitting.opened(present=members)
        sitting.record(sitting.items[0], outcome="prioritise", amount=100)
        assert refusal(sitting.close) == [
            f"Point 1 : {somebody} s’est déporté pendant l’évaluation : notez son déport."
        ]
        sitting.step_aside(sitting.items[0], somebody)
        sitting.record(sitting.items[0], outcome="prioritise", amount=100, votes_for=2)
        assert sitting.close().session.state == "closed"

    @starts_from(sitting="open")
    def test_stepping_aside_asks_for_consent_again(self, sitting):
        votes = dict.fromkeys(("votes_for", "votes_against", "abstentions"))
        sitting.record(
            sitting.items[0], outcome="prioritise", amount=100, **votes | {"method": "consent"}
        )
        sitting.step_aside(sitting.items[0], sitting.third)
        assert refusal(sitting.close) == ["Point 1 : Dites si la commission a voté ou consenti."]

    def test_reads_no_recusal_of_evaluators(self, as_user):
        story = Story().in_evaluation()
        evaluator, *others = story.evaluations
        recuse(
            action=story.action,
            user=evaluator.evaluator,
            by=fresh(evaluator.evaluator),
            reason="Ma sœur y travaille.",
        )
        for evaluation in others:
            story.score(evaluation)
        story.apply(Transition.CLOSE_EVALUATION, story.agent)
        sitting = HeldSession(stories=[story])
        join(story.carrier, sitting.third)

        def read(user):
            return as_user(user).get(session(sitting)).content.decode()

        assert "Ma sœur y travaille." in read(sitting.second)
        assert "Ma sœur y travaille." not in read(sitting.third)
        assert str(evaluator.evaluator) not in read(sitting.third)


class TestTwoScreens:
    @starts_from(sitting="open")
    def test_never_write_over_each_other_by_themselves(self, as_user, sitting):
        client = as_user(sitting.agent)
        sitting.record(sitting.items[0], outcome="prioritise", amount=4000)

        for _ in range(2):  # and what the screen sends next is refused as well
            fragment = client.post(point(sitting), noted(amount="100"), headers=AUTOSAVE)
            assert "Pas encore enregistré." in fragment.content.decode()
            assert "4\u00a0000\u00a0€" in fragment.content.decode()
            assert 'name="version" id="id_version" value="0"' in fragment.content.decode()
        assert sitting.items[0].amount == 4000

        page = Page(client.post(point(sitting), noted(amount="100")))
        assert (page.form["version"], page.form["amount"]) == ("1", "100")
        assert "Prioriser : 4 000 €" in page.main.text.replace("\u00a0", " ")
        client.post(point(sitting), page.form)
        assert sitting.items[0].amount == 100


class TestTheMinutes:
    @starts_from(sitting="open")
    def test_say_later_what_was_decided_then(self, sitting):
        story = sitting.stories[0]
        sitting.record(sitting.items[0], outcome="prioritise", amount=4000)
        sitting.close().confirm(sitting.second)
        before = minutes_of(sitting.refresh().session, sitting.agent)
        bytes_before = minutes_pdf(before)

        for amount, carrier in ((3000, OrganisationFactory()), (2000, OrganisationFactory())):
            amendment = propose_amendment(
                action=story.action,
                by=fresh(sitting.second),
                reason="Reprise.",
                amount=Decimal(amount),
                carrier=carrier,
            )
            confirm_amendment(amendment=amendment, by=fresh(sitting.third))

        after = minutes_of(sitting.session, sitting.agent)
        [item] = after.items
        assert (item.granted, item.carrier) == (Decimal(4000), str(story.carrier))
        assert after == before
        assert minutes_pdf(after) == bytes_before


@starts_from(sitting="open")
def test_the_pack_of_the_past_tells_no_evaluation_under_way(sitting):
    story = sitting.stories[0]
    sitting.record(sitting.items[0], outcome="postpone", reason="À mûrir.")
    sitting.close().confirm(sitting.second)
    story.apply(Transition.RECONSIDER, story.agent, comment="Revoyons-la.")
    reopening = propose_decision(
        action=story.action,
        kind=DecisionKind.REOPEN_EVALUATION,
        by=fresh(story.agent),
        reason="Un fait nouveau.",
    )
    confirm_decision(decision=reopening, by=fresh(story.members[0]))
    for reader in (sitting.second, sitting.agent):
        pack = pack_of(sitting.refresh().session, fresh(reader))
        assert pack.withheld == {story.action.reference}
        assert pack_pdf(pack)
