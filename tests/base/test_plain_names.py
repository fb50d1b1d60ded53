"""Names carry no address and no link, however it is written."""

import pytest
from django.core.exceptions import ValidationError

from actors.models import Organisation, User
from ess_portal.base.plain_names import validate_no_link, validate_title
from ess_portal.pages.models import ContactMessage


@pytest.mark.parametrize(
    "name",
    [
        "Ana Bé",
        "S.A.S. Untel",
        "L.I.E.N.",
        "Ets. Martin & Cie",
        "J.-C. Dupont",
        "Emmaüs St. Michel",
        "Énergie 1.5 degré",
        "Coop’Alpha",
        "La Fabrique…",
        "Habitat & Humanisme / Auvergne",
        "Quartier 2.0",
        "Mairie, 1er étage.",
        "",
    ],
)
def test_names_of_people_and_organisations_pass(name):
    validate_no_link(name)


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("Gagnez sur http://piege.example", "http://piege.example"),
        ("Écrivez à ana@example.org vite", "ana@example.org"),
        ("WWW.piege", "WWW.piege"),
        ("Votre dossier piege.fr", "piege.fr"),
        ("PIEGE.FR/payer", "PIEGE.FR/payer"),
        ("impots-gouv.co", "impots-gouv.co"),
        ("piege。fr", "piege.fr"),
        ("piege．fr", "piege.fr"),
        ("pie\u200bge.\u200bfr", "piege.fr"),
        ("ana＠example", "ana@example"),
        ("ｈｔｔｐ：／／piege", "http://piege"),
        ("l’éléphant.zip", "l’éléphant.zip"),
        ("(voir exemple.org)", "exemple.org)"),
        ("payez t.co/AbC", "t.co/AbC"),
        ("x.com", "x.com"),
        ("evil-1.fr/p", "evil-1.fr/p"),
        ("evil_x.fr", "evil_x.fr"),
        ("1.2.3.4/a", "1.2.3.4/a"),
        ("mailto:a", "mailto:a"),
        ("rf.x\u202eevil.fr", "rf.xevil.fr"),
    ],
)
def test_addresses_and_links_are_refused_and_named(name, named):
    with pytest.raises(ValidationError) as caught:
        validate_no_link(name)
    assert caught.value.messages == [
        f"Écrivez un nom sans adresse électronique ni lien\u00a0: enlevez «\u00a0{named}\u00a0», "
        "ou mettez une espace après le point."
    ]


@pytest.mark.parametrize(
    "unseen",
    [
        *"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c",
        *"\u00ad\u034f\u115f\u1160\u180e\u200b\u200c\u200d\u2060\u2064\u2800\u3164\ufe0f\ufeff\uffa0",
        *"\U000e0041\U000e0100",
        *"\u2028\u2029\x07\x7f\x85\r\n\ue000\u0378\u06dd\u070f\ufff9\U000110bd\U0001d173",
    ],
    ids=ascii,
)
@pytest.mark.parametrize(
    ("validate", "what"), [(validate_no_link, "nom"), (validate_title, "titre")]
)
def test_what_nobody_sees_is_refused_and_found(unseen, validate, what):
    for name, where in (
        (f"Ana{unseen} Bé", "après «\u00a0Ana\u00a0»"),
        (f"{unseen}Ana Bé", "tout au début"),
    ):
        with pytest.raises(ValidationError) as caught:
            validate(name)
        assert caught.value.messages == [
            f"Ce {what} contient un caractère invisible (U+{ord(unseen):04X}), {where}\u00a0: "
            "effacez-le, ou retapez ce passage."
        ]


@pytest.mark.parametrize(
    ("model", "field"),
    [
        (Organisation, "name"),
        (User, "full_name"),
        (ContactMessage, "name"),
        (ContactMessage, "subject"),
    ],
)
def test_whatever_a_stranger_is_called_by_in_a_mail_is_checked(model, field):
    assert validate_no_link in model._meta.get_field(field).validators


@pytest.mark.parametrize("title", ["Une prime : https://evil.example/prime", "Voir jardins.org"])
def test_a_title_leads_nowhere_either(title):
    with pytest.raises(ValidationError) as refused:
        validate_title(title)
    word = title.split()[-1]
    assert refused.value.messages == [
        f"Écrivez un titre sans adresse électronique ni lien\u00a0: enlevez «\u00a0{word}\u00a0», "
        "ou mettez une espace après le point."
    ]


def test_a_title_is_a_title():
    validate_title("Ateliers de réparation n° 2, à Clermont. Et au-delà")
    validate_title("L’«\u00a0écolieu\u00a0» — 3ᵉ\u202fsaison\u00a0: œuvrer 🌱 🪾")
    validate_title("Collé\td’un tableau")
    validate_title("עברית, العربية, हिन्दी, Việt")
