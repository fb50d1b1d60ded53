"""Two windows on one step: what is kept, beside what was just typed."""

from django import forms

from ess_portal.base.two_versions import TwoVersions, in_words, two_versions


class Sample(forms.Form):
    """A field of each kind that a step has."""

    key = forms.CharField(widget=forms.HiddenInput)
    title = forms.CharField(label="Titre")
    level = forms.ChoiceField(label="Niveau", choices=[(0, "Absent"), (1, "Amorcé")])
    places = forms.MultipleChoiceField(
        label="Communes", choices=[("Nord", [("a", "Gerzat")]), ("b", "Aubière")]
    )


EMPTY = {"key": "", "title": "", "level": "", "places": []}


def test_only_what_differs_is_told():
    kept = Sample(EMPTY | {"key": "1", "title": "Premier", "level": "0"})
    typed = Sample(EMPTY | {"key": "2", "title": "Second", "level": "0", "places": ["b", "a"]})
    assert two_versions(kept, typed) == [
        TwoVersions("Titre", "Premier", "Second"),
        TwoVersions("Communes", "", "Gerzat, Aubière"),
    ]


def test_spaces_around_make_no_difference():
    assert two_versions(Sample(EMPTY | {"title": "Un"}), Sample(EMPTY | {"title": " Un "})) == []


def test_a_field_that_the_other_lacks_is_left_out():
    typed = Sample(EMPTY | {"title": "Un"})
    del typed.fields["title"]
    assert two_versions(Sample(EMPTY | {"title": "Deux"}), typed) == []


def test_values_are_told_in_words():
    def said(name, value):
        return in_words(Sample(initial={name: value})[name])

    assert said("title", None) == ""
    assert said("title", 12) == "12"
    assert said("level", 0) == "Absent"
    assert said("level", None) == ""
    assert said("level", "unknown") == ""
    assert said("places", ["a", "b"]) == "Gerzat, Aubière"
    assert said("places", None) == ""


def test_a_box_that_is_ticked_in_one_of_them_differs():
    """Its widget writes no value for either: both would be empty."""

    class Box(forms.Form):
        another = forms.BooleanField(label="Une autre structure", required=False)

    assert two_versions(Box(initial={"another": True}), Box({})) == [
        TwoVersions("Une autre structure", "oui", "non")
    ]
