"""The choices of a filter, drawn at once: a page of a list has a hundred of them."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ess_portal.base.facets import Facet, Option

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


@register.simple_tag
def facet_checks(facet: Facet) -> SafeString:
    """Return the box of each choice of a filter that takes several, with its number."""
    return format_html_join(
        "\n",
        '<div class="form-check">\n'
        '<input class="form-check-input" type="checkbox" name="{}" value="{}" id="{}_{}"{}>\n'
        '<label class="form-check-label" for="{}_{}">{}\n'
        "{}</label>\n"
        "</div>",
        (
            (
                *(facet.name, option.value, facet.id, option.value),
                SafeString(" checked") if option.selected else "",
                *(facet.id, option.value, option.label),
                _number(option),
            )
            for option in facet.options
        ),
    )


def _number(option: Option) -> str:
    if option.count is None:
        return ""
    return format_html('<span class="count">({})</span>', option.count)
