"""Hypothesis fills every form: never an error 500, and what was typed is shown again."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.proposals.services.applications import ProposalContent, save_proposal
from actors.services.claims import claim_membership
from ess_portal.base.plain_text import normalised
from tests.support.factories import (
    OrganisationFactory,
    SectorFactory,
    Story,
    UserFactory,
    fresh,
    member,
    story_in,
)
from tests.support.reading import Page, form_values
from tests.support.sessions import HeldSession

pytestmark = pytest.mark.django_db
EXAMPLES = 30
ANSWERS = (200, 302, 400, 409)
NASTY = st.sampled_from(
    [
        "a\x00b",
        "\x00",
        "\ufffd\ufffe",
        "é" * 20_000,
        "-1",
        "-0,5",
        "9" * 400,
        "1e400",
        "1e-400",
        "NaN",
        "-Infinity",
        "٣",
        "²",
        "0000-00-00",
        "10000-01-01",
        "2026-02-30",
        "1900-01-01",
        "31/12/2026",
        "<script>alert(1)</script>",
        "{{ 7 * 7 }}",
        "' OR 1=1 --",
        "\u202egpj.exe",
        "=HYPERLINK(1)",
        "a\r\nBcc: x@example.org",
        " ",
        "",
    ]
)
TYPED = NASTY | st.text(st.characters(exclude_categories=("Cs",)), max_size=300)
# Not typed by a person, or not shown again as it is.
UNTYPED = ("key", "edition", "window", "csrfmiddlewaretoken", "version", "quiet")


def addresses() -> list[tuple]:
    """Every page with a form, who opens it, and its address."""
    draft, corrected = Story(sectors=[SectorFactory()]), Story().in_correction()
    evaluated = story_in("evaluated")
    refused, decided = story_in("refusal_announced"), story_in("submitted")
    scored = Story().in_evaluation()
    scored.declare()
    author = UserFactory()
    begun, _ = save_proposal(
        key="3f2a1c9e-0000-4000-8000-000000000001", by=author, content=ProposalContent()
    )
    sitting = HeldSession().opened()
    session, item = sitting.session.pk, sitting.items[0].pk
    steps = ("structure", "action", "mesure", "moyens", "criteres", "envoi")
    evaluation = scored.evaluations[0]
    claimed = OrganisationFactory()
    claim = claim_membership(organisation=claimed, user=UserFactory(), message="Présidente.")
    ours = f"/espace/structures/{draft.carrier.slug}/"
    colleague = member(draft.carrier).memberships.get().pk
    admin = "/admin/actions/action/"
    return [
        (draft.manager, "/actions/proposer/"),
        *(
            (who, f"{one.get_space_url()}modifier/{step}/")
            for who, one in (
                (draft.manager, draft.action),
                (corrected.manager, corrected.action),
                (author, begun),
            )
            for step in steps
        ),
        (decided.manager, f"{decided.action.get_space_url()}retirer/"),
        (decided.manager, f"{decided.action.get_space_url()}reprendre/"),
        (refused.manager, f"{refused.action.get_space_url()}repondre/"),
        (draft.manager, "/espace/preferences/"),
        (draft.manager, "/contact/"),
        (draft.manager, f"{draft.action.get_space_url()}co-porteurs/"),
        (draft.manager, f"{ours}inviter/"),
        (draft.manager, f"{ours}membres/{colleague}/"),
        (author, f"/acteurs/{claimed.slug}/rattachement/"),
        (draft.agent, f"/rattachements/{claim.pk}/"),
        (evaluation.evaluator, f"/evaluations/{evaluation.pk}/"),
        (evaluation.evaluator, f"/evaluations/{evaluation.pk}/deport/"),
        (evaluated.members[0], f"/commission/{evaluated.action.reference}/proposer/prioriser/"),
        (
            evaluated.members[0],
            f"/commission/{evaluated.action.reference}/proposer/mettre-en-vivier/",
        ),
        (sitting.agent, "/commission/seances/nouvelle/"),
        (sitting.agent, f"/commission/seances/{session}/modifier/"),
        (sitting.agent, f"/commission/seances/{session}/ordre-du-jour/"),
        (sitting.agent, f"/commission/seances/{session}/presences/"),
        (sitting.agent, f"/commission/seances/{session}/enveloppe/"),
        (sitting.agent, f"/commission/points/{item}/"),
        (sitting.agent, f"/commission/points/{item}/deport/"),
        (decided.agent, f"{admin}papier/"),
        (decided.agent, f"{admin}{decided.action.pk}/transition/request_correction/"),
        (decided.agent, f"{admin}{decided.action.pk}/transition/announce_refusal/"),
    ]


def shown_again(text: str) -> str:
    """What a page gives back of a text: in one form, no NUL, line ends as browsers write them."""
    return " ".join(normalised(text).replace("\x00", "").split())


def attack(client, address: str, examples: int) -> None:
    """Fill the form of a page with anything, so many times; nothing of it stays."""
    page = Page(client.get(address))
    forms = [form for form in page.main.all("form") if form.get("method") == "post"]
    names = {
        field.get("name")
        for form in forms
        for tag in ("input", "textarea", "select")
        for field in form.all(tag)
        if field.get("name") and field.get("type") != "file"
    }
    assert forms, address
    kept = form_values(forms[-1])
    # What people write freely: the rest is chosen, and refused when it is no choice.
    free = {
        field["name"]
        for form in forms
        for field in (*form.all("textarea"), *form.all("input", type="text"))
    }

    @settings(max_examples=examples, suppress_health_check=list(HealthCheck))
    @given(
        st.dictionaries(st.sampled_from(sorted(names - set(UNTYPED)) or ["x"]), TYPED, min_size=1),
        st.booleans(),
    )
    def once(typed, forged):
        if not forged:
            typed = {name: text for name, text in typed.items() if name in free}
        with transaction.atomic():
            response = client.post(address, kept | typed)
            transaction.set_rollback(True)
        assert response.status_code in ANSWERS
        if response.status_code in (200, 409) and not forged:
            values = {}
            for form in Page(response).main.all("form"):
                values |= form_values(form)
            again = {name: shown_again(str(values.get(name, ""))) for name in typed}
            assert again == {name: shown_again(text) for name, text in typed.items()}

    once()


@pytest.mark.slow  # test_step_attacks.py (proposals) tries the worst of it in `make test`
def test_every_form_answers_anything_in_words(as_user):
    for who, address in addresses():
        attack(as_user(fresh(who)), address, EXAMPLES)
