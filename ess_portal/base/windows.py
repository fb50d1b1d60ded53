"""Several windows on one text: nobody overwrites blindly, and what comes late changes nothing.

A row that is kept while it is typed is `KeptFromWindows`; its form has `WindowFields`, and its page
the script `autosave.js` ([decision 16](../../docs/decisions/0016-steps-keep-what-is-typed.md)). One
that counts no editions is known by the `fingerprint` of what its page showed.
"""

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.db import models

MOST_COUNTED = 2**31 - 1
WINDOW_FIELDS = ("edition", "window", "turn")


class StaleWindow(Exception):  # noqa: N818 - an answer, not an error
    """Somebody, or another window, saved `row` since the page was shown; nothing was written.

    A row has `saved_at` and `saved_by`, which say so.
    """

    def __init__(self, row: "KeptFromWindows"):
        super().__init__(str(row))
        self.row = row


def fingerprint(shown: Mapping[str, Any]) -> str:
    """Return what tells one state of a row from another: `shown` holds what its page shows."""
    lines = (f"{name}={value!r}" for name, value in sorted(shown.items()))
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A page, as it sends what is typed there.

    `edition` is the one it showed, `window` the page itself (None follows no page, not even
    itself), `turn` how far its reader had come (0 when its script counts nothing). `quiet` when it
    was sent while typing, without a button.
    """

    edition: int = 0
    window: UUID | None = None
    turn: int = 0
    quiet: bool = False


class KeptFromWindows(models.Model):
    """A row that pages keep while they are typed in. Lock it before asking it anything."""

    edition = models.PositiveIntegerField("édition", default=0, editable=False)
    window = models.UUIDField("page", null=True, blank=True, editable=False)
    turn = models.PositiveIntegerField("tour", default=0, db_default=0, editable=False)

    class Meta:
        abstract = True

    def takes(self, shown: Shown) -> bool:
        """Tell whether what the page sends is to be written: not when the same page sent a later
        state meanwhile.

        Raises `StaleWindow` when the page is older than what is kept.
        """
        is_same = shown.window is not None and self.window == shown.window
        # A page never contradicts itself: its own savings follow each other.
        if self.edition != shown.edition and not is_same:
            raise StaleWindow(self)
        # Saved while typing, and overtaken on its way by what the same page sent after it, or sent
        # beside the button with nothing more to say. A page whose script counts nothing stays at 0.
        return not (shown.quiet and is_same and 0 < self.turn >= shown.turn)

    def note(self, shown: Shown) -> None:
        """Become the edition that the page sent. The caller saves."""
        self.edition += 1
        self.window, self.turn = shown.window, shown.turn

    def forget_windows(self) -> None:
        """Become an edition that no page shows: each that is open is older. The caller saves."""
        self.note(Shown())


class WindowFields(forms.Form):
    """One text, as one page (`window`) shows it, in one `edition`.

    Its script counts in `turn` what is typed there and sent.
    """

    edition = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=0, max_value=MOST_COUNTED
    )
    window = forms.UUIDField(widget=forms.HiddenInput, required=False)
    turn = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=0, max_value=MOST_COUNTED, initial=0
    )

    def show(self, edition: int) -> None:
        """Make it a page of its own, which shows `edition`."""
        self.fields["edition"].initial = edition
        self.fields["window"].initial = uuid.uuid4

    def replaces(self, edition: int) -> None:
        """Let what is typed here, once sent again, replace `edition` knowingly."""
        self.data = self.data.copy()
        self.data[self.add_prefix("edition")] = edition

    def shown(self, *, quiet: bool) -> Shown:
        """What the page says of itself; call it once the form was read."""
        return Shown(
            edition=self.cleaned_data.get("edition") or 0,
            window=self.cleaned_data.get("window") or uuid.uuid4(),
            turn=self.cleaned_data.get("turn") or 0,
            quiet=quiet,
        )
