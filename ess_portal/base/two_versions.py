"""Two windows on one text: what is kept, beside what was just typed."""

from dataclasses import dataclass

from django import forms


@dataclass(frozen=True)
class TwoVersions:
    """One field as it is kept, and as it was just typed."""

    label: str
    kept: str
    typed: str


def two_versions(kept, typed) -> list[TwoVersions]:
    """Compare two forms of one text, field by field; only what differs.

    A form whose labels repeat says which is which: `part_of(field)`.
    """
    part_of = getattr(kept, "part_of", lambda field: str(field.label))
    rows = [
        TwoVersions(part_of(field), in_words(field), in_words(typed[field.name]))
        for field in kept
        if not field.is_hidden and field.name in typed.fields
    ]
    return [row for row in rows if row.kept != row.typed]


def in_words(field) -> str:
    """Return what a bound field holds, as a person would say it."""
    value = field.value()
    choices = getattr(field.field, "choices", None)
    if isinstance(field.field.widget, forms.CheckboxInput):
        return "oui" if value else "non"
    if choices is None:
        return str(field.field.widget.format_value(value) or "").strip()
    chosen = {str(one) for one in (value if isinstance(value, list | tuple) else [value])}
    labels = {str(getattr(key, "value", key)): label for key, label in _flat(choices)}
    return ", ".join(str(labels.get(key, key)) for key in labels if key and key in chosen)


def _flat(choices):
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield key, label
