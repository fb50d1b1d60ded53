"""Whitespace of templates, where it would be read."""

import re

from django import template
from django.template.defaultfilters import stringfilter

register = template.Library()


@register.filter(is_safe=True)
@stringfilter
def one_line(text: str) -> str:
    """Fold spaces and line breaks into one space: titles, attributes, paragraphs of mails."""
    # Not \s: no-break spaces stay.
    return re.sub(r"[ \t\r\n]+", " ", text).strip(" ")
