"""Templates ask for permissions through the same door as views."""

from django import template

from actions import rules

register = template.Library()


@register.simple_tag(takes_context=True)
def may(context, name: str, action) -> bool:
    """Whether the reader of the page may do with `action` what `name` says: `rules.PERMISSIONS`."""
    return rules.may(context["request"].user, name, action)
