"""How much a database of the benchmark holds: actions first, then what else may be many."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

# What there is of everything else unless a size says more: as few evaluations of the one evaluator
# who reads the pages, and sessions of the committee, as fill a page.
USUAL = {"organisations": 200, "evaluations": 40, "sessions": 21}
WORDS = {
    "organisations": "organisations",
    "evaluations": "evaluations of one evaluator",
    "sessions": "sessions of the committee",
}
DEFAULT = "100 10000 100000 2000 2000,organisations=2000 2000,evaluations=2000 2000,sessions=200"


@dataclass(frozen=True)
class Size:
    """One point on the axes."""

    actions: int
    organisations: int = USUAL["organisations"]
    evaluations: int = USUAL["evaluations"]
    sessions: int = USUAL["sessions"]

    @classmethod
    def parse(cls, text: str) -> "Size":
        """Read `10000`, or `2000,organisations=2000` for as many actions of 2,000 organisations.

        Raises `ValueError` when it says something else.
        """
        actions, *others = text.split(",")
        said = dict(part.split("=") for part in others)
        if not said.keys() <= USUAL.keys() or len(said) < len(others):
            raise ValueError(f"{text}: the axes are {', '.join(USUAL)}.")
        size = cls(int(actions), **{name: int(number) for name, number in said.items()})
        if size.said.get("evaluations", 0) > size.actions:
            raise ValueError(f"{text}: a person evaluates an action once.")
        return size

    @property
    def said(self) -> dict[str, int]:
        """What there is more of than usual."""
        return {name: getattr(self, name) for name in USUAL if getattr(self, name) != USUAL[name]}

    @property
    def is_usual(self) -> bool:
        """Whether it only says how many actions."""
        return not self.said

    @property
    def usual(self) -> "Size":
        """As many actions, and of everything else as much as usual: the base of the other axes."""
        return replace(self, **USUAL)

    @property
    def key(self) -> str:
        """What `parse` reads; known breaches are named so."""
        return ",".join([f"{self.actions}", *(f"{name}={n}" for name, n in self.said.items())])

    @property
    def database(self) -> str:
        """What its database is called, after the name that all share."""
        return self.key.replace(",", "_").replace("=", "_")

    @property
    def title(self) -> str:
        """What a reader of the figures sees."""
        others = (f"{n:,} {WORDS[name]}" for name, n in self.said.items())
        return ", ".join([f"{self.actions:,} actions", *others])


def parse_all(text: str) -> list[Size]:
    """Read sizes between blanks.

    Raises `ValueError` for one that nothing can be compared with: see `bases_of`.
    """
    sizes = list(dict.fromkeys(Size.parse(part) for part in text.split()))
    for size in sizes:
        if not size.is_usual and size.usual not in sizes:
            raise ValueError(f"{size.key} is compared with {size.usual.key}, which isn't there.")
    return sorted(sizes, key=lambda size: (not size.is_usual, size.actions, size.key))


def bases_of(sizes: Sequence[Size]) -> dict[Size, Size | None]:
    """With what the growth of each compares: only one axis differs.

    More actions compare with the fewest; more of something else with as many actions.
    """
    usual = [size for size in sizes if size.is_usual]
    fewest = min(usual, key=lambda size: size.actions, default=None)
    return {
        size: (None if size == fewest else fewest) if size.is_usual else size.usual
        for size in sizes
    }
