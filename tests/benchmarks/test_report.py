"""The figures in Markdown, and what makes the command fail."""

from dataclasses import replace
from pathlib import Path

from tests.benchmarks.bars import KNOWN_BREACHES, Bar, Breach, Judgement, MeasuredPage
from tests.benchmarks.clocks import Cost
from tests.benchmarks.pairs import Interval
from tests.benchmarks.report import Measured, breaches_table
from tests.benchmarks.rounds import Line, Sample

BREACH = Breach("10000", "/actions/", "", Bar.GROWTH, 2.5, "Counts them.")


def line(ratio: float, growth: float | None = None, breach: Breach | None = None) -> Line:
    sample = Sample(references=[Cost(2, 0, 1300)] * 2, costs=[Cost(15, 5.04, 4400)] * 2)
    judgements = [Judgement(Bar.REFERENCE, Interval(ratio, ratio, ratio), 15.0)]
    if growth:
        judgements.append(Judgement(Bar.GROWTH, Interval(growth, growth, growth), 1.5, breach))
    return Line(MeasuredPage("/actions/"), sample, tuple(judgements))


def measured(one: Line, **changes) -> Measured:
    whole = Measured("10,000 actions", 61.4, [one], [(4, 122)], {"": (0, 0)}, 101.2)
    return replace(whole, **changes)


def test_a_table_says_what_each_page_costs():
    smallest = measured(line(10.0), title="100 actions")
    assert list(measured(line(10.04, 1.1)).table(smallest)) == [
        "### 10,000 actions (loaded in 61 s)",
        "",
        "| page | reader | queries | rows | web ms | PG ms | × reference | growth | pairs | kB |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|",
        "| `/sante/reference/` | anybody | 0 | 0 | 2.0 | 0.0 | 1.0 | 1.00 | 2 | 1.3 |",
        "| `/actions/` | anybody | 4 | 122 | 15.0 | 5.0 | 10.0 | 1.10 | 2 | 4.4 |",
        "",
        "Peak memory of a worker: 101 MB (at most 150).",
        "Bars: 2 kept, 0 at the bar, 0 known breach, 0 broken.",
        "",
    ]


def marks(one: Measured) -> str:
    return next(row for row in one.table(one) if "`/actions/`" in row).replace(" ", "")


def test_lines_are_marked():
    assert "`/actions/`|anybody|4|122|15.0|5.0|14.9≈|1.10|" in marks(measured(line(14.9, 1.1)))
    assert "|10.0|2.20†|" in marks(measured(line(10, 2.2, BREACH)))
    broken = marks(measured(line(10, 2.2)))
    assert "`/actions/`**!**|" in broken
    assert "|10.0|2.20**!**|" in broken
    asks_too_much = marks(measured(line(10, 1.1), asked=[(13, 122)]))
    assert "`/actions/`**!**|anybody|13|122|15.0|5.0|10.0|1.10|" in asks_too_much


def test_only_what_is_red_makes_the_command_fail():
    assert measured(line(10, 1.1)).kept
    assert measured(line(14.9, 1.5)).kept
    assert measured(line(10, 2.2, BREACH)).kept
    assert not measured(line(10, 2.2)).kept
    assert not measured(line(10, 2.7, BREACH)).kept
    assert not measured(line(10), asked=[(13, 122)]).kept
    assert not measured(line(10), asked=[(4, 201)]).kept
    assert not measured(line(10), megabytes=150.5).kept


def test_a_breach_that_is_none_any_more_is_told():
    assert list(measured(line(10, 1.1, BREACH)).kept_again()) == [
        "/actions/ (growth, 10,000 actions) keeps its bar again."
    ]
    assert list(measured(line(10, 2.2, BREACH)).kept_again()) == []


def test_the_document_lists_the_known_breaches():
    document = (Path(__file__).parents[2] / "docs/performance.md").read_text(encoding="utf-8")
    assert "\n".join(breaches_table(KNOWN_BREACHES)) in document
