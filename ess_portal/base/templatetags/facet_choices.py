"""The choices of a filter, drawn at once: a page of a list has a hundred of them."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from ess_portal.base.facets import Option

register = template.Library()


@register.simple_tag
def facet_options(options: Iterable[Option]) -> SafeString:
    """Return the `<option>` of each choice, with its number where that is said."""
    return format_html_join(
        "\n",
        '<option value="{}"{}>{}{}</option>',
        (
            (
                option.value,
                SafeString(" selected") if option.selected else "",
                option.label,
                "" if option.count is None else f" ({option.count})",
            )
            for option in options
        ),
    )
