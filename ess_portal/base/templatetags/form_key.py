"""The key of a form that makes something: see `ess_portal.base.sent_forms`."""

import uuid

from django import template
from django.utils.html import format_html

from ess_portal.base.sent_forms import FIELD

register = template.Library()


@register.simple_tag
def form_key():
    """Give the form a key of its own, beside its token."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, uuid.uuid4())
