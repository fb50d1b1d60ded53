"""A decision to propose asks for what its kind needs."""

from decimal import Decimal

import pytest
from django.utils import timezone

from actions.committee.forms.decisions import DecisionForm, SettleForm
from actions.enums import DecisionKind
from tests.support.forms import NO_DATE, REQUIRED, at_least, too_long
from tests.support.payloads import day

PRIORITISE, APPEAL = DecisionKind.PRIORITISE, DecisionKind.APPEAL_UPHELD


@pytest.mark.parametrize(
    ("kind", "asked", "needed"),
    [
        (PRIORITISE, ["amount", "reason", "public_reason"], ["amount"]),
        (APPEAL, ["appeal_on", "reason"], ["appeal_on", "reason"]),
        (DecisionKind.POSTPONE, ["reason"], ["reason"]),
        (DecisionKind.ANNOUNCE_REFUSAL, ["reason"], ["reason"]),
        (DecisionKind.REOPEN_EVALUATION, ["reason"], ["reason"]),
    ],
)
def test_asks_for_what_its_kind_needs(kind, asked, needed):
    form = DecisionForm({}, kind=kind)
    assert list(form.fields) == asked
    assert form.errors == {name: [REQUIRED] for name in needed}


@pytest.mark.parametrize(("asked", "proposed"), [(Decimal(6000), "6000"), (Decimal(0), None)])
def test_proposes_the_amount_asked(asked, proposed):
    assert DecisionForm(kind=PRIORITISE, asked=asked)["amount"].value() == proposed


def test_hands_over_an_amount():
    form = DecisionForm({"amount": "12 000,50 €"}, kind=PRIORITISE)
    assert form.errors == {}
    assert form.cleaned_data == {
        "amount": Decimal("12000.50"),
        "reason": "",
        "public_reason": "",
    }


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ("0", at_least(1)),
        ("douze", "Écrivez un nombre, par exemple 12000 ou 1,5."),
        ("1,005", "Assurez-vous qu’il n’y a pas plus de 2 chiffres après la virgule."),
    ],
)
def test_refuses_what_is_no_amount(amount, sentence):
    assert DecisionForm({"amount": amount}, kind=PRIORITISE).errors == {"amount": [sentence]}


def test_an_appeal_may_be_of_today():
    form = DecisionForm({"appeal_on": day(0), "reason": "R"}, kind=APPEAL)
    assert form.errors == {}
    assert form.cleaned_data == {"appeal_on": timezone.localdate(), "reason": "R"}


def test_an_appeal_is_not_yet_to_come():
    form = DecisionForm({"appeal_on": day(1), "reason": "R"}, kind=APPEAL)
    assert form.errors == {
        "appeal_on": ["Le recours ne peut pas être daté d’un jour à venir."],
    }


def test_an_appeal_has_a_date_that_is_one():
    form = DecisionForm({"appeal_on": "hier", "reason": "R"}, kind=APPEAL)
    assert form.errors == {"appeal_on": [NO_DATE]}


@pytest.mark.parametrize(
    ("comment", "errors"),
    [("", {}), ("Maintenu.", {}), ("x" * 4001, {"comment": [too_long(4000, 4001)]})],
)
def test_settling_a_refusal_takes_words_or_none(comment, errors):
    assert SettleForm({"comment": comment}).errors == errors
