"""One mailbox, one address, however it is typed."""

import pytest
from django.core.exceptions import ValidationError

from ess_portal.base.mailboxes import mailbox, mailbox_key


@pytest.mark.parametrize(
    "typed",
    [
        "bob@demo.example",
        " Bob@DEMO.example ",
        "bob@demo.ｅxample",
        "bob@demo。example",
        "bob@de\u00admo.example",
        "bob@de\u200bmo.example",
        "bob@ⓓemo.example",
        "ｂob@demo.example",
        "bob＠demo.example",
    ],
)
def test_variants_are_one(typed):
    assert mailbox(typed) == mailbox_key(typed) == "bob@demo.example"


@pytest.mark.parametrize("typed", ["a@exämple.fr", "a@xn--exmple-cua.fr", "a@XN--Exmple-CUA.fr"])
def test_a_domain_has_its_ascii_name(typed):
    assert mailbox(typed) == "a@xn--exmple-cua.fr"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "bob",
        "bob@",
        "léa@demo.example",
        "@demo.example",
        "bob@demo..example",
        "bob@demo.example.",
        "bob@-demo.example",
        "bob@xn--a.example",
        '"bob"@demo.example',
        '"bob b"@demo.example',
        "=?utf-8?q?bob?=@demo.example",
        "b=?utf-8?b?b2I=?=@demo.example",
        "bob@[127.0.0.1]",
        "bob@[::1]",
        "bob@evil＠demo.example",
        "bob@demo.example\n.org",
        f"bob@{'é' * 62}.{'é' * 62}.example",
        f"{'b' * 250}@demo.example",
        f"bob@demo.exa{chr(0xAD) * 254}mple",
    ],
)
def test_what_is_none_is_refused_in_the_words_of_any_form(typed):
    with pytest.raises(ValidationError) as refused:
        mailbox(typed)
    assert refused.value.messages == ["Saisissez une adresse de courriel valide."]
    assert mailbox_key(typed) == typed.strip().lower()
