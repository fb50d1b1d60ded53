"""What must not be written about an attached file."""

from collections.abc import Callable
from uuid import uuid4

from actions.models import Attachment
from tests.support.factories import Story
from tests.support.refusals import by_sql


def write(story: Story, **columns) -> Attachment:
    """Write the row of an attached file, without any check, nor any file."""
    columns = {
        "name": "statuts.pdf",
        "kind": "pdf",
        "size": 1000,
        "sha256": uuid4().hex * 2,
        "uploaded_by": story.manager,
    } | columns
    return Attachment.objects.create(action=story.action, **columns)


def twice(**columns) -> Callable[[Story], None]:
    """Two rows that say the same."""

    def act(story: Story) -> None:
        for _ in range(2):
            write(story, **columns)

    return act


def bad(**columns) -> Callable[[Story], None]:
    """A row with such values."""
    return lambda story: write(story, **columns)


def change(**columns) -> Callable[[Story], None]:
    """A good row, then other values."""
    return lambda story: by_sql(write(story), **columns)


def scanned(story: Story, state: str) -> Attachment:
    """A file of which the antivirus said something."""
    return write(story, scan=state, scanned_at="2026-01-01T00:00:00Z")


ACTS: dict[str, Callable[[Story], object]] = {
    "actions_attachment_one_per_file": twice(uuid=uuid4()),
    "actions_attachment_once_per_action": twice(sha256="a" * 64),
    "actions_attachment_bounded": bad(size=10 * 1024 * 1024 + 1),
    "actions_attachment_known_and_named": bad(kind="exe"),
    "actions_attachment_scanned_when_said": bad(scan="clean"),
    "actions_attachment_is_kept": change(sha256="a" * 64),
    "actions_attachment_virus_is_kept": lambda story: by_sql(
        scanned(story, "infected"), scan="clean"
    ),
}
ALSO: list[tuple[str, Callable[[Story], object]]] = [
    *(
        ("actions_attachment_is_kept", change(**columns))
        for columns in (
            {"name": "budget.pdf"},
            {"size": 999},
            {"kind": "png"},
            {"uuid": uuid4()},
            {"sha256": None},
            {"uploaded_at": "2026-01-01T00:00:00Z"},
        )
    ),
    (
        "actions_attachment_virus_is_kept",
        lambda story: by_sql(scanned(story, "infected"), scan="pending", scanned_at=None),
    ),
    ("actions_attachment_bounded", bad(size=0)),
    ("actions_attachment_known_and_named", bad(name="")),
    ("actions_attachment_known_and_named", bad(sha256="A" * 64)),
    ("actions_attachment_known_and_named", bad(sha256="a" * 63)),
    ("actions_attachment_scanned_when_said", bad(scanned_at="2026-01-01T00:00:00Z")),
    ("actions_attachment_scanned_when_said", bad(scan="trusted")),
]
