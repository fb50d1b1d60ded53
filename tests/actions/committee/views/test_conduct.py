"""One action at a time in session, over HTTP: saved by itself, read, left by a member."""

from decimal import Decimal

import pytest

from ess_portal.base.french import euros
from ess_portal.base.sent_forms import FIELD
from tests.plugins.prepared import prepared
from tests.support.reading import Page, plain
from tests.support.sessions import HeldSession, point

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@prepared
def sitting() -> HeldSession:
    """An open session with one action on its agenda."""
    return HeldSession().opened()


class TestAPointThatSavesByItself:
    def typed(self, **columns) -> dict:
        """What a screen sends."""
        return {"version": "0", "outcome": "postpone", "reason": "À mûrir."} | columns

    def test_answers_with_a_line_and_the_new_version(self, as_user, sitting):
        response = as_user(sitting.agent).post(point(sitting.items[0]), self.typed(), **HTMX)
        page = Page(response)
        assert page.all("p")[0].text.startswith("Enregistré à ")
        assert [line.text for line in page.all("li")] == [
            "Dites si la commission a voté ou consenti."
        ]
        assert page.one("input", name="version")["value"] == "1"
        assert sitting.items[0].reason == "À mûrir."

    def test_says_what_keeps_it_from_being_saved(self, as_user):
        sitting = HeldSession(envelope=1000).opened()
        typed = self.typed(outcome="prioritise", amount="4000")
        page = Page(as_user(sitting.agent).post(point(sitting.items[0]), typed, **HTMX))
        assert [plain(line.text) for line in page.all("li")] == [
            f"Séance : {plain(euros(Decimal(4000)))} accordés dépassent l’enveloppe de "
            f"{plain(euros(Decimal(1000)))}. Baissez un montant, ou faites voter une enveloppe "
            "plus haute."
        ]
        assert (page.one("input", name="version")["value"], sitting.items[0].outcome) == ("0", "")

    def test_an_older_screen_is_told_and_goes_on_by_its_button(self, as_user, sitting):
        sitting.record(sitting.items[0], outcome="adjourn")
        client = as_user(sitting.agent)
        for _ in range(2):
            page = Page(client.post(point(sitting.items[0]), self.typed(), **HTMX))
            assert page.all("li")[0].text.startswith("Ce point a été enregistré depuis un autre")
            assert page.all("input", name="version", value="1") == []
        assert sitting.items[0].outcome == "adjourn"
        page = Page(client.post(point(sitting.items[0]), self.typed()))
        assert page.form["reason"] == "À mûrir."
        client.post(point(sitting.items[0]), page.form)
        assert sitting.items[0].outcome == "postpone"

    def test_what_comes_after_the_closing_is_refused_and_kept_on_the_screen(self, as_user, sitting):
        sitting.closed()
        response = as_user(sitting.agent).post(
            point(sitting.items[0]), self.typed(reason="Tapé trop tard.")
        )
        page = Page(response)
        assert page.errors == ["La séance n’est pas ouverte."]
        assert (page.form["outcome"], page.form["reason"]) == ("postpone", "Tapé trop tard.")
        # Beside it, what the session made of the item.
        assert page.main.one("dl", cls="outcome").all("dd")[0].text.startswith("Prioriser")

    @pytest.mark.parametrize(
        ("column", "value", "error"),
        [
            ("amount", "0", "Montant accordé (€) : Le montant accordé doit dépasser 0 €."),
            (
                "amount",
                "-5",
                "Montant accordé (€) : Assurez-vous que cette valeur est supérieure ou égale à 0.",
            ),
            ("votes_for", "beaucoup", "Pour : Saisissez un nombre entier."),
            (
                "outcome",
                "donate",
                "Suite : Sélectionnez un choix valide. donate n’en fait pas partie.",
            ),
        ],
    )
    def test_bad_values_are_named(self, as_user, column, value, error, sitting):
        typed = self.typed(**{column: value})
        response = as_user(sitting.agent).post(point(sitting.items[0]), typed)
        assert [plain(line) for line in Page(response).errors] == [plain(error)]


class TestWhatIsRefused:
    """It is still there once one comes back to the point: the way out may lead over a vote."""

    TYPED = {
        "version": "0",
        "outcome": "prioritise",
        "amount": "4 000",
        "method": "vote",
        "votes_for": "2",
        "votes_against": "1",
        "abstentions": "0",
        "reason": "Un vélo de moins.",
        "public_reason": "",
    }
    VOTE = {"challenge": "", "amount": "5000", "votes_for": "3"} | dict.fromkeys(
        ("votes_against", "abstentions"), "0"
    )
    SAID = "Votre dernière saisie n’a pas pu être enregistrée"

    @pytest.mark.parametrize("script", [HTMX, {}], ids=["script", "no script"])
    def test_survives_a_vote_on_the_envelope_and_is_then_saved(self, as_user, script):
        sitting = HeldSession(envelope=1000).opened()
        client, address = as_user(sitting.agent), point(sitting.items[0])
        client.post(address, self.TYPED, **script)
        vote = f"{sitting.session.get_absolute_url()}enveloppe/?point=1"
        page = Page(client.get(address))
        assert [link["href"] for link in page.all("a") if link["href"] == vote] == [vote]
        sheet = Page(client.get(vote))
        answer = client.post(vote, sheet.form | self.VOTE | {FIELD: sheet.form_key})
        assert answer.headers["Location"] == address
        back = Page(client.get(address))
        assert {name: back.form[name] for name in self.TYPED} == self.TYPED
        assert self.said_of(back) == [self.SAID]
        client.post(address, back.form)
        item = sitting.items[0]
        assert (item.outcome, item.amount, item.reason) == ("prioritise", 4000, "Un vélo de moins.")
        assert self.said_of(Page(client.get(address))) == []

    def said_of(self, page: Page) -> list[str]:
        """What a page says of what isn't saved yet."""
        notices = page.all("form", cls="notice-warning")
        return [plain(one.all("p")[0].text)[: len(plain(self.SAID))] for one in notices]

    def test_is_given_up_for_what_is_saved(self, as_user):
        """Of two screens one is right: whoever agrees with the other types nothing again."""
        sitting = HeldSession(envelope=1000).opened()
        client, address = as_user(sitting.agent), point(sitting.items[0])
        client.post(address, self.TYPED, **HTMX)
        sitting.record(sitting.items[0], outcome="adjourn", reason="À revoir.")
        notice = Page(client.get(address)).one("form", cls="notice-warning")
        button = notice.one("button")
        assert button.text == "Reprendre la version enregistrée"
        answer = client.post(address, {button["name"]: button["value"]})
        assert answer.headers["Location"] == address
        page = Page(client.get(address))
        assert (page.form["outcome"], page.form["reason"]) == ("adjourn", "À revoir.")
        assert self.said_of(page) == []

    def test_too_long_to_be_kept_leaves_nothing_older_behind(self, as_user):
        sitting = HeldSession(envelope=1000).opened()
        client, address = as_user(sitting.agent), point(sitting.items[0])
        kept = Page(client.post(address, self.TYPED, **HTMX))
        assert len(kept.all("div", cls="alert-danger", **{"data-kept": ""})) == 1
        answer = Page(client.post(address, self.TYPED | {"reason": "é" * 10_001}, **HTMX))
        assert answer.all("div", cls="alert-danger", **{"data-kept": ""}) == []
        page = Page(client.get(address))
        assert (page.form["reason"], self.said_of(page)) == ("", [])

    def test_is_of_whoever_typed_it_alone(self, as_user):
        sitting = HeldSession(envelope=1000).opened()
        address = point(sitting.items[0])
        as_user(sitting.agent).post(address, self.TYPED, **HTMX)
        assert Page(as_user(sitting.chair).get(address)).form["reason"] == ""

    def test_meets_what_another_screen_saved_meanwhile(self, as_user):
        sitting = HeldSession(envelope=1000).opened()
        client, address = as_user(sitting.agent), point(sitting.items[0])
        client.post(address, self.TYPED, **HTMX)
        sitting.record(sitting.items[0], outcome="adjourn")
        answer = client.post(address, Page(client.get(address)).form)
        assert (answer.status_code, sitting.items[0].outcome) == (409, "adjourn")

    def test_another_point_of_the_address_leads_to_the_session(self, as_user, sitting):
        client = as_user(sitting.agent)
        for named in ("9", "x", "²", "9" * 30):
            vote = f"{sitting.session.get_absolute_url()}enveloppe/?point={named}"
            page = Page(client.get(vote))
            answer = client.post(vote, page.form | self.VOTE | {FIELD: page.form_key})
            assert answer.headers["Location"] == sitting.session.get_absolute_url()


class TestReading:
    def test_a_member_reads_and_notes_nothing(self, as_user, sitting):
        sitting.record(sitting.items[0], outcome="postpone", reason="À mûrir.")
        page = Page(as_user(sitting.second).get(point(sitting.items[0])))
        assert page.main.all("input", name="outcome") == []
        assert "À mûrir." in page.main.text

    def test_a_chair_who_left_the_room_notes_nothing(self, as_user, sitting):
        sitting.step_aside(sitting.items[0], sitting.chair)
        page = Page(as_user(sitting.chair).get(point(sitting.items[0])))
        assert page.main.all("input", name="outcome") == []

    def test_leaving_the_room(self, as_user, sitting):
        client = as_user(sitting.third)
        path = point(sitting.items[0], "deport/")
        page = Page(client.get(path))
        options = [option.text for option in page.main.one("select").all("option")]
        assert options == ["Choisissez un membre", str(sitting.third)]
        member = sitting.members[sitting.third].pk
        assert Page(client.post(path, {"member": member})).errors == [
            "Lien avec l’action ou sa structure : Ce champ est obligatoire."
        ]
        client.post(path, {"member": member, "reason": "Je préside une structure voisine."})
        assert sitting.items[0].recusals.get().member.user == sitting.third
        assert client.get(path).status_code == 403
