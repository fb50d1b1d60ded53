"""Small pieces of pages drawn once for each set of plain values, then kept by the process.

A list draws the same few badges and icons on each of its rows: rendering them anew was a third of
its time (docs/performance.md).
"""

from functools import cache, lru_cache

from django import template
from django.template.loader import get_template
from django.utils.safestring import SafeString
from lucide.templatetags.lucide import lucide

register = template.Library()


@register.simple_tag
def cached_fragment(template_name: str, **values) -> SafeString:
    """Return what the template gives for `values`: texts and numbers alone, never an object."""
    return _rendered_once(template_name, tuple(sorted(values.items())))


@lru_cache(maxsize=512)
def _rendered_once(template_name: str, values: tuple) -> SafeString:
    return SafeString(get_template(template_name).render(dict(values)).strip())


@register.simple_tag
@cache
def icon(name: str, size: int = 18) -> SafeString:
    """Return a Lucide icon, in pixels: an ornament beside words, hidden from screen readers."""
    return lucide(name, size=size, aria_hidden="true", focusable="false")
