"""What people do and read in a session of the committee, in their browsers."""

import re

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from ess_portal.base.french import long_date
from ess_portal.base.models import OutgoingMail
from tests.support.committee_steps import (
    BELOW_FLOOR,
    ENVELOPE,
    GRANTED,
    LEFT,
    MINUTED,
    NAMES,
    NOTED,
    RAISED,
    RECUSED,
    REPLY_DAYS,
    SHARED,
    STATUSES,
    downloaded,
    euros,
    is_saved,
    note,
    squeezed,
    text_of,
)


def ranking_is_read(page, actions) -> None:
    """As an agent: what the committee's page says of the divided one and of the one blocked."""
    page.get_by_role("link", name="Commission", exact=True).first.click()
    rows = page.locator("table.ranking tbody tr")
    expect(rows).to_have_count(len(actions))
    expect(rows.first).to_contain_text(actions[RECUSED].title)
    divided = rows.filter(has_text="Avis partagés")
    expect(divided).to_have_count(1)
    expect(divided).to_contain_text(actions[SHARED].title)
    blocked = rows.filter(has=page.get_by_text("Non", exact=True))
    expect(blocked).to_have_count(1)
    expect(blocked).to_contain_text(actions[BELOW_FLOOR].title)
    sentences = actions[BELOW_FLOOR].blockers()
    assert any("plancher" in sentence for sentence in sentences)
    for sentence in sentences:
        expect(blocked).to_contain_text(sentence)


def leave_the_room(portal, session, action) -> None:
    """As comite3, on a screen of their own: step aside from one item."""
    page = portal.signed_in("comite3")
    page.goto(session.get_absolute_url())
    page.get_by_role("link", name=action.title).click()
    expect(page.locator(".room")).to_contain_text("3 votants")
    expect(page.get_by_role("button", name="Enregistrer")).to_have_count(0)
    page.get_by_role("link", name="Noter un déport").click()
    page.get_by_label("Membre qui se déporte").select_option(label="Charlie Commission")
    page.get_by_label("Lien avec l’action").fill("Je livre cette épicerie.")
    page.get_by_role("button", name="Noter le déport").click()
    expect(page.get_by_text("Le déport est noté")).to_be_visible()
    expect(page.locator(".room")).to_contain_text("2 votants")
    expect(page.locator(".room")).to_contain_text("Charlie Commission a quitté la salle.")


def decide_all(page, session, actions) -> None:
    """As an agent: every item in its turn, and a vote where the envelope ends."""
    keys = {action.pk: key for key, action in actions.items()}
    items = list(session.items.order_by("position"))
    page.get_by_role("link", name="Reprendre au point 1").click()
    granted = 0
    for item in items:
        key = keys[item.action_id]
        outcome, amount, votes, reason = NOTED[key]
        expect(page.get_by_role("heading", level=1)).to_have_text(actions[key].title)
        if key == BELOW_FLOOR:
            cannot_be_prioritised(page, actions[key])
        note(page, outcome, amount, votes, reason)
        granted += amount or 0
        if amount and granted > ENVELOPE:
            envelope_is_raised(page, item, amount, granted)
        else:
            is_saved(page)
        if key == LEFT:
            is_kept(page, amount, votes, reason)
        leaves = "Point suivant" if item != items[-1] else "Revenir à la séance"
        page.get_by_role("link", name=leaves).click()
    assert granted == GRANTED
    expect(page.get_by_text("Tous les points sont traités")).to_be_visible()
    expect(page.get_by_role("button", name="Clore la séance")).to_have_count(0)


def cannot_be_prioritised(page, action) -> None:
    """The screen of an item says what blocks it, and doesn't offer to prioritise it."""
    expect(page.get_by_role("heading", level=1)).to_have_text(action.title)
    decision = page.get_by_role("region", name="Décision")
    for sentence in action.blockers():
        expect(decision).to_contain_text(sentence)
    expect(page.get_by_label("Annoncer un refus", exact=True)).to_be_visible()
    expect(page.get_by_label("Prioriser", exact=True)).to_have_count(0)


def is_kept(page, amount, votes, reason) -> None:
    """The screen gives again, once reloaded, what nobody pushed a button to save."""
    page.reload()
    expect(page.get_by_label("Prioriser", exact=True)).to_be_checked()
    expect(page.get_by_label("Montant accordé")).to_have_value(re.compile(rf"^{amount}([,.]00)?$"))
    expect(page.get_by_label("Vote", exact=True)).to_be_checked()
    for label, count in zip(("Pour", "Contre", "Abstentions"), votes, strict=True):
        expect(page.get_by_label(label, exact=True)).to_have_value(str(count))
    expect(page.get_by_label("Motif", exact=True)).to_have_value(reason)


def envelope_is_raised(page, item, amount, granted) -> None:
    """An amount above the envelope is refused and not written; a vote makes room, then it is."""
    said = page.locator("#enregistre")
    expect(said).to_contain_text("Pas encore enregistré.")
    expect(said).to_contain_text(
        f"Séance : {euros(granted)} accordés dépassent l’enveloppe de {euros(ENVELOPE)}."
    )
    item.refresh_from_db()
    assert item.amount is None
    # Nothing warns: the portal keeps what it refused, until one comes back from the vote.
    page.get_by_role("link", name="Noter un vote sur l’enveloppe").click()
    page.get_by_label("Nouvelle enveloppe").fill(str(RAISED))
    for label, count in (("Pour", "2"), ("Contre", "1"), ("Abstentions", "0")):
        page.get_by_label(label).fill(count)
    page.get_by_role("button", name="Noter le vote").click()
    expect(page.get_by_text("l’enveloppe est maintenant de")).to_be_visible()
    expect(page.get_by_text("Votre dernière saisie n’a pas pu être enregistrée")).to_be_visible()
    expect(page.get_by_label("Montant accordé")).to_have_value(str(amount))
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text(f"Le point {item.position} est enregistré.")).to_be_visible()
    expect(said).to_contain_text("Ce point est complet.")


class Witnesses:
    """People whose pages a session moves all at once, or not at all."""

    def __init__(self, portal, actions):
        self.actions = actions
        self.public, self.elected = portal.visitor(), portal.signed_in("elu")
        self.carrier = portal.signed_in("porteur")
        self.seen = OutgoingMail.objects.latest("pk").pk

    def mails(self) -> list[tuple[str, str]]:
        """To whom, and about what, the portal has written since, to the session's members apart."""
        mails = OutgoingMail.objects.filter(pk__gt=self.seen).exclude(topic__startswith="seance-")
        return sorted(mails.values_list("recipient", "subject"))

    def _decided(self, outcome: str):
        return [self.actions[key] for key, noted in NOTED.items() if noted[0] == outcome]

    def _proposed_is(self, amount: int) -> None:
        """The council has voted nothing: what the committee grants counts apart."""
        self.elected.goto(reverse("dashboards:dashboard"))
        figures = self.elected.locator(".figures div")
        expect(figures.filter(has_text="accordés").locator("dd")).to_have_text(euros(0))
        proposed = figures.filter(has_text="proposés au conseil").locator("dd")
        expect(proposed).to_have_text([euros(amount)] if amount else [])

    def saw_nothing_move(self) -> None:
        """Closed, not confirmed: carriers, public and elected people know nothing of it."""
        assert self.mails() == []
        self.public.goto(reverse("actions:list"))
        expect(self.public.get_by_role("heading", level=1)).to_be_visible()
        for action in self.actions.values():
            action.refresh_from_db()
            assert action.status == "evaluated"
            expect(self.public.get_by_text(action.title)).to_have_count(0)
        self._proposed_is(0)
        mine = self.actions["rendez-vous-annuel-ess"]
        self.carrier.goto(mine.get_space_url())
        expect(self.carrier.get_by_text("la commission va décider")).to_be_visible()
        expect(self.carrier.get_by_text("Un rendez-vous attendu.")).to_have_count(0)
        expect(self.carrier.get_by_role("heading", name="Le résultat")).to_have_count(0)

    def saw_all_published(self) -> None:
        """Statuses, mails, public pages, dashboard and the carrier's space, all of them."""
        expected = []
        for key, action in self.actions.items():
            action.refresh_from_db()
            outcome = NOTED[key][0]
            assert action.status == STATUSES[outcome], key
            if not outcome.startswith("Reporter"):
                (member,) = action.carrier.memberships.select_related("user")
                subject = f"{action.reference} : {action.state_label.lower()}"
                expected.append((member.user.email, subject))
        assert self.mails() == sorted(expected)
        self._public_pages_moved()
        self._proposed_is(GRANTED)
        self._carrier_reads_the_result()

    def _public_pages_moved(self):
        page = self.public
        page.goto(reverse("actions:list"))
        for action in (*self._decided("Prioriser"), *self._decided("Mettre en vivier")):
            expect(page.get_by_role("link", name=action.title)).to_be_visible()
        for action in (
            *self._decided("Annoncer un refus"),
            *self._decided("Reporter à une autre séance"),
        ):
            expect(page.get_by_text(action.title)).to_have_count(0)
        prioritised = self.actions[LEFT]
        page.goto(prioritised.get_absolute_url())
        expect(page.get_by_text(f"Proposé au conseil : {euros(30_000)}")).to_be_visible()
        expect(page.get_by_role("heading", name="Le résultat")).to_be_visible()
        expect(page.get_by_text("Charlie Commission")).to_have_count(0)
        (postponed,) = self._decided("Mettre en vivier")
        page.goto(postponed.get_absolute_url())
        expect(page.get_by_role("heading", name=postponed.title)).to_be_visible()
        expect(page.get_by_text("Son dossier n’est pas public.")).to_be_visible()
        expect(page.locator("main")).not_to_contain_text(postponed.summary)
        expect(page.locator("main")).not_to_contain_text("À revoir")

    def _carrier_reads_the_result(self):
        page = self.carrier
        page.goto(reverse("actions:space"))
        page.get_by_role("link", name="Le rendez-vous annuel").click()
        expect(page.get_by_text("rien ne peut commencer avant qu’il délibère")).to_be_visible()
        expect(page.get_by_text("Un rendez-vous attendu.")).to_be_visible()
        expect(page.get_by_role("heading", name="Le résultat")).to_be_visible()
        given = page.locator("details.reasons")
        expect(given).to_have_count(4)
        given.first.locator("summary").click()
        expect(given.first.locator("li").first).to_be_visible()
        for name in NAMES:
            expect(page.locator("main")).not_to_contain_text(name)


def minutes_are_read(page, session, actions) -> None:
    """As an agent: who came, who left, what was voted and granted; and twice the same file."""
    page.goto(session.get_absolute_url())
    pdf = downloaded(page, "Compte rendu (PDF)")
    assert downloaded(page, "Compte rendu (PDF)") == pdf
    said = text_of(pdf)
    for seat in ("Noa Commission, présidence", "Sacha Commission", "Charlie Commission"):
        assert squeezed(f"{seat} oui présent") in said
    for label, value in (
        ("Lieu", "Salle des Vergnes"),
        ("Votants présents", "3 sur 3 (quorum : 2)"),
        ("Enveloppe de la séance :", euros(RAISED)),
        (f"Séance : de {euros(ENVELOPE)} à {euros(RAISED)}", ""),
        ("Actions à l’ordre du jour", str(len(actions))),
        ("Montant proposé au conseil", euros(GRANTED)),
        ("Délibération", "Sous réserve de la délibération du conseil"),
        ("Reste", euros(RAISED - GRANTED)),
    ):
        assert squeezed(label + value) in said, label
    left, recused = actions[LEFT], actions[RECUSED]
    session_register, evaluation_register = said.split("Pendantl’évaluation")[:2]
    assert squeezed("A quitté la salle Charlie Commission") in said
    assert squeezed(f"Charlie Commission {left}") in session_register
    assert squeezed("Je livre cette épicerie.") in session_register
    evaluator = recused.recusals.get().user
    assert squeezed(f"{evaluator} {recused}") in evaluation_register
    assert squeezed("Mon enfant y est inscrit.") in evaluation_register
    for key, (outcome, amount, votes, reason) in NOTED.items():
        point = said[said.index(squeezed(f". {actions[key].title} {actions[key].reference}")) :]
        point = point.split("Décision", 1)[1].split(squeezed("Résultat de l’évaluation"))[0]
        assert squeezed(MINUTED[outcome] + (f" : {euros(amount)}" if amount else "")) in point
        assert squeezed(reason) in point
        if votes:
            assert squeezed("vote : {} pour, {} contre, {} abstention".format(*votes)) in point
        elif amount:
            assert squeezed("consentement, sans vote") in point
        if not outcome.startswith("Reporter"):
            assert squeezed("Proposée par Noa Commission Confirmée par Sacha Commission") in point


def answers_are_heard(portal, actions) -> None:
    """The carrier answers two refusals; the committee hears the one, and answers the other."""
    heard, maintained = actions["garage-solidaire-est"], actions[BELOW_FLOOR]
    carrier = portal.signed_in("porteur2")
    for action, text in (
        (heard, "Ce garage ferme au printemps."),
        (maintained, "Nos ventes aident les habitants."),
    ):
        carrier.goto(reverse("actions:space"))
        carrier.get_by_role("link", name=action.title).click()
        notice = action.refusal_notices.get()
        assert (notice.reply_until - timezone.localdate(notice.announced_at)).days == REPLY_DAYS
        until = f"Vous pouvez répondre jusqu’au {long_date(notice.reply_until)} inclus."
        expect(carrier.get_by_text("Vous pouvez répondre jusqu’au")).to_have_text(until)
        carrier.get_by_role("link", name="Répondre").click()
        carrier.get_by_label("Votre réponse").fill(text)
        carrier.get_by_role("button", name="Envoyer ma réponse").click()
        expect(carrier.get_by_text(text)).to_be_visible()

    member = portal.signed_in("comite3")
    refused(member, heard, "Renoncer au refus", "Ce garage ferme au printemps.")
    member.get_by_label("Motif", exact=True).fill("Le besoin devient certain.")
    member.get_by_role("button", name="Renoncer au refus").click()
    expect(member.get_by_text("C’est fait : évaluée.")).to_be_visible()

    refused(member, maintained, "Confirmer le refus", "Nos ventes aident les habitants.")
    member.get_by_role("button", name="Confirmer le refus").click()
    expect(member.get_by_role("alert")).to_be_visible()  # an answer calls for an answer
    member.get_by_label("Motif", exact=True).fill("Aucun habitant n’a été associé.")
    member.get_by_role("button", name="Confirmer le refus").click()
    expect(member.get_by_text("C’est fait : refusée.")).to_be_visible()

    # What may go on another agenda: the one heard, the one adjourned, the one put aside.
    member.get_by_role("link", name="Commission", exact=True).first.click()
    rows = member.locator("table.ranking tbody tr")
    expect(rows).to_have_count(3)
    for key in ("garage-solidaire-est", "formation-elus-ess", "habitat-participatif-romagnat"):
        expect(rows.filter(has_text=actions[key].title)).to_have_count(1)

    for action, status, answer in (
        (heard, "evaluated", "la commission va décider"),
        (maintained, "declined", "Aucun habitant n’a été associé."),
    ):
        action.refresh_from_db()
        assert action.status == status
        carrier.goto(action.get_space_url())
        expect(carrier.get_by_text(answer).first).to_be_visible()


def refused(page, action, button: str, reply: str) -> None:
    """As a member: find an announced refusal, read its answer, go and settle it."""
    page.get_by_role("link", name="Commission", exact=True).first.click()
    announced = page.get_by_role("region", name="Refus annoncés")
    expect(announced.get_by_text("Réponse reçue le").first).to_be_visible()
    announced.get_by_role("link", name=action.title).click()
    expect(page.get_by_text(reply)).to_be_visible()
    page.get_by_role("link", name=button).click()
    expect(page.get_by_text(reply)).to_be_visible()
