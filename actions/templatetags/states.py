"""What the states of an action mean, for pages without any datum of their own."""

from django import template

from actions.enums import ActionStatus

register = template.Library()


@register.simple_tag
def all_states() -> list[ActionStatus]:
    """Every state, in the order of an action's life; each has a `label` and a `meaning`."""
    return list(ActionStatus)
