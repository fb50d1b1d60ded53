"""How much a database of the benchmark holds."""

from dataclasses import dataclass

CARRIERS = 200
DEFAULT = "100 10000"


@dataclass(frozen=True)
class Size:
    """One point on the axes: how many actions, of how many organisations."""

    actions: int
    organisations: int = CARRIERS

    @classmethod
    def parse(cls, text: str) -> "Size":
        """Read `10000`, or `10000x2000` for as many actions of 2,000 organisations."""
        actions, _, organisations = text.partition("x")
        return cls(int(actions), int(organisations or CARRIERS))

    @property
    def key(self) -> str:
        """What `parse` reads; databases and known breaches are named so."""
        usual = self.organisations == CARRIERS
        return f"{self.actions}" if usual else f"{self.actions}x{self.organisations}"

    @property
    def title(self) -> str:
        """What a reader of the figures sees."""
        usual = self.organisations == CARRIERS
        return f"{self.actions:,} actions" + (
            "" if usual else f", {self.organisations:,} organisations"
        )


def parse_all(text: str) -> list[Size]:
    """Read sizes between blanks; growth compares each with the first."""
    return [Size.parse(part) for part in text.split()]
