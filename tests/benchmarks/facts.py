"""What one database says of its pages: read without Django by the command."""

import json
from dataclasses import asdict, dataclass

from tests.benchmarks.bars import MeasuredPage


@dataclass(frozen=True)
class Asked:
    """What a page asks of the database."""

    queries: int
    rows: int  # model rows made of the answers
    blocks: int  # of eight kilobytes, that PostgreSQL looked at


@dataclass(frozen=True)
class Facts:
    """What the measure needs to know of one database."""

    sessions: dict[str, str]
    pages: list[MeasuredPage]
    asked: list[Asked]
    version: str

    def of(self, key: tuple) -> Asked:
        """What one page asks."""
        return self.asked[[page.key for page in self.pages].index(key)]

    def write(self) -> str:
        """Say it in JSON, for another process."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> "Facts":
        """Read what `write` said."""
        said = json.loads(text)
        return cls(
            said["sessions"],
            [MeasuredPage(**page) for page in said["pages"]],
            [Asked(**one) for one in said["asked"]],
            said["version"],
        )
