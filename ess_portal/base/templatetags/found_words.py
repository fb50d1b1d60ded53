"""A text whose searched words are marked, drawn at once: a page of answers has forty of them."""

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString

from ess_portal.base.search import Pieces

register = template.Library()


@register.simple_tag
def marked(pieces: Pieces) -> SafeString:
    """Return the `pieces` of a text as `Highlighter` cuts it, those that were found marked."""
    texts = (f"<mark>{escape(text)}</mark>" if found else escape(text) for text, found in pieces)
    return SafeString("".join(texts))
