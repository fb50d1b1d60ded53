"""Fields as we draw them are crispy's own: the same elements, attributes and words."""

from types import SimpleNamespace

import pytest
from crispy_forms.templatetags.crispy_forms_filters import as_crispy_field
from django import forms
from django.apps import apps
from django.template import Context, Engine
from django.template.backends.django import get_installed_libraries

from ess_portal.base.forms import DATE_INPUT, FrenchDecimalField
from ess_portal.base.templatetags.choice_groups import choice_group
from tests.support.reading import Node, Page, plain

COLOURS = [("r", "Rouge & vif"), ("v", "Vert"), ("b", "« Bleu »")]
GROUPED = [("Chaudes", [("r", "Rouge"), ("o", "Orange")]), ("Froides", [("b", "Bleu")])]
NUMBERS = [(1000, "Mille"), (2000, "Deux mille")]


class Sample(forms.Form):
    """A field of each kind."""

    use_required_attribute = False

    text = forms.CharField(label="Un texte", help_text="Au plus dix lettres.", max_length=10)
    optional = forms.CharField(label="Autre texte", required=False)
    unnamed = forms.CharField(label="")
    area = forms.CharField(label="Un récit", widget=forms.Textarea(attrs={"rows": 3}))
    amount = FrenchDecimalField(label="Un montant (€)", min_value=0)
    day = forms.DateField(label="Un jour", widget=DATE_INPUT)
    listed = forms.ChoiceField(label="Une liste", choices=GROUPED)
    several = forms.MultipleChoiceField(label="Plusieurs", choices=COLOURS, required=False)
    agreed = forms.BooleanField(label="D’accord <b>", help_text="Relisez.")
    maybe = forms.BooleanField(label="Peut-être", required=False)
    radios = forms.ChoiceField(label="Un choix", choices=COLOURS, widget=forms.RadioSelect)
    helped = forms.ChoiceField(
        label="Un choix", help_text="Un seul.", choices=COLOURS, widget=forms.RadioSelect
    )
    boxes = forms.MultipleChoiceField(
        label="Des choix", choices=GROUPED, widget=forms.CheckboxSelectMultiple, required=False
    )
    numbers = forms.TypedMultipleChoiceField(
        label="Des nombres", choices=NUMBERS, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    none = forms.MultipleChoiceField(
        label="Aucun choix", choices=[], widget=forms.CheckboxSelectMultiple
    )
    disabled = forms.ChoiceField(
        label="Fermé", choices=COLOURS, widget=forms.RadioSelect, disabled=True, initial="v"
    )
    unlabelled = forms.ChoiceField(label="", choices=COLOURS, widget=forms.RadioSelect)
    file = forms.FileField(label="Un fichier", help_text="PDF.")
    hidden = forms.CharField(widget=forms.HiddenInput)


STATES = {
    "empty": Sample,
    "begun": lambda: Sample(initial={"text": "abc", "radios": "v", "numbers": [1000, 2000]}),
    "wrong": lambda: Sample({"radios": "x", "boxes": ["x", "b"], "amount": "beaucoup"}),
    "right": lambda: Sample(
        {"text": "abc", "radios": "r", "boxes": ["r", "b"], "agreed": "on", "several": ["v"]}
    ),
    "prefixed": lambda: Sample({"p-radios": "x"}, prefix="p"),
    "without identifiers": lambda: Sample(auto_id=False),
}


def tree(html: str):
    """What a browser makes of `html`, but for spaces."""

    def of(node: Node):
        attributes = {
            name: sorted(value.split()) if name == "class" else value
            for name, value in node.attributes.items()
        }
        children = (
            of(one) if isinstance(one, Node) else " ".join(plain(one).split())
            for one in node.children
        )
        return node.tag, attributes, [one for one in children if one]

    return of(Page(SimpleNamespace(content=html.encode())).root)


@pytest.fixture(scope="module")
def crispy():
    """A function that draws a field by crispy's own templates, without ours in their place."""
    own = f"{apps.get_app_config('crispy_bootstrap5').path}/templates"
    template = Engine(dirs=[own], libraries=get_installed_libraries()).get_template(
        "bootstrap5/field.html"
    )
    given = {"form_show_errors": True, "form_show_labels": True}

    def draw(field) -> str:
        return template.render(Context(given | {"field": field}))

    return draw


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", Sample.base_fields)
def test_a_field_is_what_crispy_makes_of_it(crispy, state, name):
    make = STATES[state]
    assert tree(as_crispy_field(make()[name])) == tree(crispy(make()[name]))


def test_what_is_wrong_with_a_group_may_be_said_elsewhere():
    field = STATES["wrong"]()["radios"]
    errors = "invalid-feedback"
    assert [
        errors in html for html in (choice_group(field), choice_group(field, says_errors=False))
    ] == [
        True,
        False,
    ]


def test_a_label_is_no_markup():
    assert "Rouge &amp; vif" in choice_group(Sample()["radios"])
