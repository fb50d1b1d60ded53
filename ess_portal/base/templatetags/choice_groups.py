"""Radio buttons and boxes of a form, a whole group drawn at once.

Crispy includes a template for each choice and another for its attributes: of a page with many
choices, that was most of its time (docs/performance.md).
"""

from crispy_forms.templatetags.crispy_forms_filters import optgroups
from django import template
from django.forms import BoundField
from django.forms.utils import flatatt
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

CHOICE = (
    '<div class="form-check">'
    '<input type="{}" class="form-check-input{}" name="{}" value="{}"{}> '
    '<label for="{}" class="form-check-label">{}</label>{}</div>'
)
ERRORS = "bootstrap5/layout/field_errors_block.html"


@register.simple_tag
def choice_group(field: BoundField, *, says_errors: bool = True) -> SafeString:
    """Return every choice of `field` with its label; below the last, as crispy does, what is wrong,
    unless the page says it elsewhere.
    """
    invalid = " is-invalid" if field.errors else ""
    groups = optgroups(field)
    last = groups[-1][1][-1] if groups else None
    pieces = []
    for name, options, _ in groups:
        if name:
            pieces.append(format_html("<strong>{}</strong>", name))
        pieces += [
            format_html(
                CHOICE,
                option["type"],
                invalid,
                field.html_name,
                option["value"],
                flatatt(option["attrs"]),
                option["attrs"].get("id", ""),
                option["label"],
                _errors(field) if invalid and says_errors and option is last else "",
            )
            for option in options
        ]
    return SafeString("\n".join(pieces))


def _errors(field: BoundField) -> SafeString:
    return get_template(ERRORS).render({"field": field, "form_show_errors": True})
