"""The figures in Markdown, as docs/performance.md has them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from tests.benchmarks.bars import (
    KNOWN_BREACHES,
    REFERENCE,
    ROWS_FOR_EACH_SHOWN,
    WORKER_MEGABYTES,
    Bar,
    Breach,
    Outcome,
)
from tests.benchmarks.rounds import Line, Sample, middle

HEAD = (
    "| page | reader | queries | rows | web ms | PG ms | × reference | growth | pairs | kB |",
    "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|",
)
MARKS = {
    Outcome.KEPT: "",
    Outcome.AT_THE_BAR: " ≈",
    Outcome.KNOWN: " †",
    Outcome.BROKEN: " **!**",
}
DIGITS = {Bar.REFERENCE: ".1f", Bar.GROWTH: ".2f"}


@dataclass(frozen=True)
class Measured:
    """Everything found out about one size."""

    title: str
    seconds: float
    lines: Sequence[Line]
    asked: Sequence[tuple[int, int]]  # queries and rows of each line
    reference_asked: dict[str, tuple[int, int]]
    megabytes: float

    def references(self, reader: str) -> Sample:
        """All that the reference page cost beside the pages of that kind of reader."""
        return Sample(
            costs=[
                cost
                for line in self.lines
                if bool(line.page.reader) == bool(reader)
                for cost in line.sample.references
            ]
        )

    @property
    def kept(self) -> bool:
        """Whether nothing is red."""
        broken = any(map(_is_broken, self.lines, self.asked))
        return not broken and self.megabytes <= WORKER_MEGABYTES

    def count(self, outcome: Outcome) -> int:
        """How many bars this was said of."""
        return sum(one.outcome is outcome for line in self.lines for one in line.judgements)

    def table(self, smallest: "Measured") -> Iterator[str]:
        """The lines of Markdown."""
        yield f"### {self.title} (loaded in {self.seconds:.0f} s)"
        yield ""
        yield from HEAD
        for reader, asked in self.reference_asked.items():
            sample = self.references(reader)
            growth = None
            if smallest is not self:
                growth = f"{median(sample.growths(smallest.references(reader))):.2f}"
            yield _row(f"`{REFERENCE}` | {reader or 'anybody'}", asked, sample, "1.0", growth)
        for line, asked in zip(self.lines, self.asked, strict=True):
            told = {
                one.bar: f"{one.measured.median:{DIGITS[one.bar]}}{MARKS[one.outcome]}"
                for one in line.judgements
            }
            mark = MARKS[Outcome.BROKEN] if _is_broken(line, asked) else ""
            page = f"`{line.page.title}`{mark} | {line.page.reader or 'anybody'}"
            yield _row(page, asked, line.sample, told[Bar.REFERENCE], told.get(Bar.GROWTH))
        yield ""
        yield f"Peak memory of a worker: {self.megabytes:.0f} MB (at most {WORKER_MEGABYTES})."
        yield "Bars: " + ", ".join(f"{self.count(outcome)} {outcome}" for outcome in Outcome) + "."
        yield ""

    def kept_again(self) -> Iterator[str]:
        """The known breaches that surely aren't any more."""
        for line in self.lines:
            for one in line.judgements:
                if one.kept_again:
                    yield f"{line.page.title} ({one.bar}, {self.title}) keeps its bar again."


def _is_broken(line: Line, asked: tuple[int, int]) -> bool:
    """Whether the page costs, asks or reads more than it may."""
    queries, rows = asked
    return (
        any(one.outcome is Outcome.BROKEN for one in line.judgements)
        or queries > line.page.queries
        or rows > ROWS_FOR_EACH_SHOWN * line.page.shown
    )


def _row(page: str, asked: tuple[int, int], sample: Sample, ratio: str, growth: str | None) -> str:
    web, database = middle(sample.costs)
    return (
        f"| {page} | {asked[0]} | {asked[1]} | {web:.1f} | {database:.1f} | {ratio}"
        f" | {growth or '–'} | {len(sample.costs)} | {sample.costs[-1].size / 1000:.1f} |"
    )


def breaches_table(breaches: Sequence[Breach] = KNOWN_BREACHES) -> Iterator[str]:
    """The known breaches, each with its ceiling and its reason."""
    yield "| at | page | reader | bar | ceiling | why |"
    yield "|--:|---|---|---|--:|---|"
    for one in breaches:
        yield (
            f"| {one.size} | `{one.page}` | {one.reader or 'anybody'} | {one.bar}"
            f" | {one.ceiling:g} | {one.reason} |"
        )
