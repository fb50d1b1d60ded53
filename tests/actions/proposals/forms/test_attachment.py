"""One file to attach."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from actions.proposals.forms.attachment import AttachmentForm
from ess_portal.base.files.inspection import TOO_BIG, refusal_of


@pytest.mark.parametrize("content", [b"%PDF-1.7", b""])
def test_hands_over_the_file_for_the_inspection_to_judge(content):
    file = SimpleUploadedFile("statuts.pdf", content)
    form = AttachmentForm({}, {"file": file})
    assert form.errors == {}
    assert form.cleaned_data == {"file": file}


def test_asks_for_one():
    assert AttachmentForm({}, {}).errors == {"file": ["Choisissez un fichier."]}


def test_says_which_was_too_big_to_be_kept():
    form = AttachmentForm({}, {}, oversized="plan.pdf")
    assert form.errors == {"file": [str(refusal_of("plan.pdf", TOO_BIG))]}
    # The next one starts afresh.
    assert AttachmentForm({}, {}).errors == {"file": ["Choisissez un fichier."]}


def test_the_browser_proposes_the_kinds_that_are_taken():
    accepted = AttachmentForm().fields["file"].widget.attrs["accept"].split(",")
    assert sorted(accepted) == [
        ".docx",
        ".jpeg",
        ".jpg",
        ".odp",
        ".ods",
        ".odt",
        ".pdf",
        ".png",
        ".pptx",
        ".xlsx",
    ]
