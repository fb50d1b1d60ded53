"""Cells of the administration's lists that say their column, for screens too narrow for a table."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst

register = template.Library()

# How Django begins a cell, and what it is to who hears it: as a block, it is no cell any more.
ROLES = {"<th": "rowheader", "<td": "cell"}
BOX = "action-checkbox"


@register.simple_tag
def labelled(cells: Iterable[SafeString], headers: Iterable[dict]) -> list[SafeString]:
    """Return the cells of a row as Django made them, each with its role and its column's name.

    The box that chooses a row has none: what it is for is its own label.
    """
    return [_with_label(cell, header) for cell, header in zip(cells, headers, strict=False)]


def _with_label(cell: SafeString, header: dict) -> SafeString:
    begin = cell.lstrip()[:3]
    if begin not in ROLES:
        return cell
    rest = SafeString(cell.lstrip()[3:])
    label = "" if BOX in header.get("class_attrib", "") else capfirst(str(header["text"]))
    named = format_html(' data-label="{}"', label) if label else ""
    return format_html('{} role="{}"{}{}', SafeString(begin), ROLES[begin], named, rest)
