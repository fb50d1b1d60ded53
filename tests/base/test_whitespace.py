"""Templates break their lines, titles and mails don't."""

import pytest
from django.template import Context, Template


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("\n  Une\n    action\n", "Une action"),
        ("« Recyclerie » :\n\tune", "« Recyclerie » : une"),
        ("{{ typed }}\n", "&lt;b&gt; &amp; c"),
        ("", ""),
    ],
)
def test_what_is_folded_is_one_line_and_escaped_once(source, text):
    folded = Template(f"{{% load whitespace %}}{{% filter one_line %}}{source}{{% endfilter %}}")
    assert folded.render(Context({"typed": "<b> \n & c"})) == text
