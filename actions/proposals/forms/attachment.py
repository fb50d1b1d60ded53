"""Attach one file."""

from django import forms

from ess_portal.base.files.inspection import TOO_BIG, refusal_of
from ess_portal.base.files.kinds import BY_EXTENSION


class AttachmentForm(forms.Form):
    """One file at a time: works without JavaScript, and each is told what it lacks."""

    file = forms.FileField(
        label="Fichier à joindre",
        help_text="PDF, OpenDocument (odt, ods, odp), Office (docx, xlsx, pptx) sans macros, image "
        "PNG ou JPEG. 10 Mo au plus par fichier, 40 Mo et 20 fichiers en tout.",
        # An empty file gets the sentence of the inspection.
        allow_empty_file=True,
        max_length=None,
        widget=forms.FileInput(
            attrs={"accept": ",".join(f".{extension}" for extension in BY_EXTENSION)}
        ),
        error_messages={
            "required": "Choisissez un fichier.",
            "invalid": "Choisissez un fichier, puis « Joindre ».",
            "missing": "Choisissez un fichier.",
        },
    )

    def __init__(self, *args, oversized: str | None = None, **kwargs):
        """Take the name of the file that was too big to be kept, if there was one."""
        super().__init__(*args, **kwargs)
        if oversized is not None:
            self.fields["file"].error_messages["required"] = str(refusal_of(oversized, TOO_BIG))
        # An asterisk would say that a file goes with every application.
        self.fields["file"].required = False

    def _clean_fields(self):
        self.fields["file"].required = True
        super()._clean_fields()
        self.fields["file"].required = False
