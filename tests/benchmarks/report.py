"""The figures in Markdown, as docs/performance.md has them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from tests.benchmarks.bars import (
    KNOWN_BREACHES,
    REFERENCE,
    ROWS_FOR_EACH_SHOWN,
    START_SECONDS,
    TOLERANCE,
    WORKER_MEGABYTES,
    Bar,
    Breach,
    Outcome,
    blocks_allowed,
)
from tests.benchmarks.facts import Asked
from tests.benchmarks.original import COMMIT
from tests.benchmarks.peers import PEERS
from tests.benchmarks.rounds import Line, middle

HEAD = (
    "| page | reader | queries | rows | blocks | web ms | PG ms | × reference | growth | peer ÷ us"
    " | pairs | kB |",
    "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
)
MARKS = {
    Outcome.KEPT: "",
    Outcome.AT_THE_BAR: " ≈",
    Outcome.KNOWN: " †",
    Outcome.BROKEN: " **!**",
}
NOTHING = "–"


@dataclass(frozen=True)
class Row:
    """One page at one size: what its requests cost, and what it asks the database.

    `asked` is none for a kept copy, `base_blocks` what the page looks at where there is less,
    `unchanged` whether who has the kept copy already is told so.
    """

    line: Line
    asked: Asked | None
    base_blocks: int | None = None
    unchanged: bool = True

    def faults(self) -> Iterator[str]:
        """What is wrong with it whatever its requests cost."""
        page = self.line.page
        if not self.unchanged:
            yield f"{page.said} doesn’t answer 304 to who has it."
        if self.asked is None:
            return
        most = page.blocks
        if self.base_blocks is not None:
            most = min(most, blocks_allowed(page, self.base_blocks))
        for what, found, limit in (
            ("queries", self.asked.queries, page.queries),
            ("rows", self.asked.rows, ROWS_FOR_EACH_SHOWN * page.shown),
            ("blocks", self.asked.blocks, most),
        ):
            if found > limit:
                yield f"{page.said}: {found:,} {what}, at most {limit:,.0f}."

    @property
    def is_broken(self) -> bool:
        """Whether anything of it is red."""
        broken = any(one.outcome is Outcome.BROKEN for one in self.line.judgements)
        return broken or any(self.faults())

    def markdown(self) -> str:
        """Its line of the table."""
        line, page, costs = self.line, self.line.page, self.line.sample.costs
        outcomes = {one.bar: MARKS[one.outcome] for one in line.judgements}
        web, database = middle(costs)
        asked = [NOTHING] * 3
        if self.asked is not None:
            asked = [f"{n}" for n in (self.asked.queries, self.asked.rows, self.asked.blocks)]
        growth = peer = NOTHING
        if line.growth is not None:
            growth = f"{line.growth.median:.2f}{outcomes.get(Bar.GROWTH, '')}"
        if page.peer:
            times = PEERS[page.peer].cost / line.ratio.median
            peer = f"{times:.1f}{outcomes.get(Bar.PEER, '')}"
        cells = [
            f"`{page.title}`{' kept' if page.kept else ''}{' **!**' if self.is_broken else ''}",
            page.reader or "anybody",
            *asked,
            f"{web:.1f}",
            f"{database:.1f}",
            f"{line.ratio.median:.1f}{outcomes.get(Bar.REFERENCE, '')}",
            growth,
            peer,
            f"{len(costs)}",
            f"{costs[-1].size / 1000:.1f}",
        ]
        return f"| {' | '.join(cells)} |"


@dataclass(frozen=True)
class Measured:
    """Everything found out about one size; `megabytes` of its biggest worker."""

    title: str
    seconds: float
    base: str
    rows: Sequence[Row]
    megabytes: float

    @property
    def kept(self) -> bool:
        """Whether nothing is red."""
        return not any(row.is_broken for row in self.rows) and self.megabytes <= WORKER_MEGABYTES

    def count(self, outcome: Outcome) -> int:
        """How many bars this was said of."""
        return sum(one.outcome is outcome for row in self.rows for one in row.line.judgements)

    def table(self) -> Iterator[str]:
        """The lines of Markdown."""
        compared = f"; growth from {self.base}" if self.base else ""
        yield f"### {self.title} (loaded in {self.seconds:.0f} s{compared})"
        yield ""
        yield from HEAD
        yield from self._references()
        for row in self.rows:
            yield row.markdown()
        yield ""
        mark = " **!**" if self.megabytes > WORKER_MEGABYTES else ""
        yield (
            f"Peak memory of a worker: {self.megabytes:.0f} MB{mark} (at most {WORKER_MEGABYTES})."
        )
        for row in self.rows:
            yield from (f"* {fault}" for fault in row.faults())
        yield "Bars: " + ", ".join(f"{self.count(outcome)} {outcome}" for outcome in Outcome) + "."
        yield ""

    def _references(self) -> Iterator[str]:
        """What the unit was: the reference page of its commit, beside these pages."""
        for reader in ("", "agent"):
            found = [
                cost
                for row in self.rows
                if bool(row.line.page.reader) == bool(reader)
                for cost in row.line.sample.references
            ]
            if found:
                web, database = middle(found)
                yield (
                    f"| `{REFERENCE}` of {COMMIT[:8]} | {reader or 'anybody'} | – | – | –"
                    f" | {web:.1f} | {database:.1f} | 1.0 | – | – | {len(found)}"
                    f" | {median(cost.size for cost in found) / 1000:.1f} |"
                )

    def kept_again(self) -> Iterator[str]:
        """The known breaches that surely aren't any more."""
        for row in self.rows:
            for one in row.line.judgements:
                if one.kept_again:
                    yield f"{row.line.page.said}, {one.bar}, {self.title}: keeps its bar again."


def start_line(seconds: float) -> str:
    """What a worker's start costs."""
    mark = "" if starts_soon(seconds) else " **!**"
    return (
        f"Start of a worker, until its first answer: {seconds:.2f} s{mark} of processor time (at"
        f" most {START_SECONDS:.1f})."
    )


def starts_soon(seconds: float) -> bool:
    """Whether it keeps its bar, by what two runs may differ."""
    return seconds <= START_SECONDS * (1 + TOLERANCE)


def breaches_table(breaches: Sequence[Breach] = KNOWN_BREACHES) -> Iterator[str]:
    """The known breaches, each with its ceiling and its reason."""
    if not breaches:
        yield "None."
        return
    yield "| at | page | reader | bar | ceiling | why |"
    yield "|--:|---|---|---|--:|---|"
    for one in breaches:
        yield (
            f"| {one.size} | `{one.page}`{' kept' if one.kept else ''} | {one.reader or 'anybody'}"
            f" | {one.bar} | {one.ceiling:g} | {one.reason} |"
        )
