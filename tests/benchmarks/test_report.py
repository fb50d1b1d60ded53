"""The figures in Markdown, and what makes the command fail."""

from dataclasses import replace
from pathlib import Path

from tests.benchmarks.bars import (
    BLOCKS,
    KNOWN_BREACHES,
    Bar,
    Breach,
    Judgement,
    MeasuredPage,
)
from tests.benchmarks.clocks import Cost
from tests.benchmarks.facts import Asked
from tests.benchmarks.pairs import Interval
from tests.benchmarks.peers import PUBLIC_LIST
from tests.benchmarks.report import Measured, Row, breaches_table, start_line, starts_soon
from tests.benchmarks.rounds import Line, Sample

BREACH = Breach("10000", "/actions/", "", Bar.GROWTH, 2.5, "Counts them.")
PAGE = MeasuredPage("/actions/", limit=8.0, peer=PUBLIC_LIST)
ASKED = Asked(queries=4, rows=122, blocks=218)


def surely(value: float) -> Interval:
    return Interval(value, value, value)


def line(ratio: float, growth: float | None = None, breach=None, page=PAGE) -> Line:
    pair = Cost(2, 0, 1300), Cost(10, 2.04, 4400)
    judgements = [
        Judgement(Bar.REFERENCE, surely(ratio), page.limit),
        Judgement(Bar.PEER, surely(ratio), 8.3),
    ]
    if growth:
        judgements.append(Judgement(Bar.GROWTH, surely(growth), 1.2, breach))
    return Line(
        page,
        Sample({0: pair, 1: pair}),
        surely(ratio),
        surely(growth) if growth else None,
        tuple(judgements),
    )


def measured(*rows: Row, **changes) -> Measured:
    return replace(Measured("10,000 actions", 61.4, "100 actions", rows, 101.2), **changes)


def test_a_table_says_what_each_page_costs():
    kept = Row(line(1.2, page=PAGE.as_kept()), None, unchanged=False)
    whole = measured(Row(line(6.04, 1.1), ASKED, base_blocks=200), kept)
    assert list(whole.table()) == [
        "### 10,000 actions (loaded in 61 s; growth from 100 actions)",
        "",
        "| page | reader | queries | rows | blocks | web ms | PG ms | × reference | growth"
        " | peer ÷ us | pairs | kB |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
        "| `/sante/reference/` of 628b8ca6 | anybody | – | – | – | 2.0 | 0.0 | 1.0 | – | – | 4"
        " | 1.3 |",
        "| `/actions/` | anybody | 4 | 122 | 218 | 10.0 | 2.0 | 6.0 | 1.10 | 3.0 | 2 | 4.4 |",
        "| `/actions/` kept **!** | anybody | – | – | – | 10.0 | 2.0 | 1.2 | – | 15.3 | 2 | 4.4 |",
        "",
        "Peak memory of a worker: 101 MB (at most 120).",
        "* /actions/ (anybody, kept) doesn’t answer 304 to who has it.",
        "Bars: 5 kept, 0 at the bar, 0 known breach, 0 broken.",
        "",
    ]
    first = next(measured(Row(line(6), ASKED), base="").table())
    assert first == "### 10,000 actions (loaded in 61 s)"


def marks(row: Row) -> str:
    return row.markdown().replace(" ", "")


def test_lines_are_marked():
    assert "|7.9≈|1.10|2.3≈|" in marks(Row(line(7.9, 1.1), ASKED))
    assert "|6.0|2.20†|" in marks(Row(line(6, 2.2, BREACH), ASKED))
    broken = marks(Row(line(6, 2.2), ASKED))
    assert "`/actions/`**!**|" in broken
    assert "|6.0|2.20**!**|" in broken
    assert "|9.0**!**|–|2.0**!**|" in marks(Row(line(9), ASKED))
    assert "`/actions/`**!**|anybody|13|" in marks(Row(line(6), replace(ASKED, queries=13)))


def test_only_what_is_red_makes_the_command_fail():
    for one in (line(6, 1.1), line(7.9, 1.2), line(6, 2.2, BREACH)):
        assert measured(Row(one, ASKED)).kept
    for one in (line(6, 2.2), line(6, 2.7, BREACH), line(9)):
        assert not measured(Row(one, ASKED)).kept
    assert not measured(Row(line(6), ASKED), megabytes=120.5).kept


def test_what_a_page_asks_has_bars_as_well():
    def faults(base_blocks: int | None = None, **changes) -> list[str]:
        return list(Row(line(6), replace(ASKED, **changes), base_blocks).faults())

    assert faults() == faults(base_blocks=100) == []
    assert faults(queries=13) == ["/actions/ (anybody): 13 queries, at most 12."]
    assert faults(rows=201) == ["/actions/ (anybody): 201 rows, at most 200."]
    assert faults(blocks=BLOCKS + 1) == ["/actions/ (anybody): 1,501 blocks, at most 1,500."]
    # From a hundred blocks where there is less to six hundred and thirty.
    assert faults(blocks=630, base_blocks=100) == []
    assert faults(blocks=631, base_blocks=100) == ["/actions/ (anybody): 631 blocks, at most 630."]
    # However many there were: no page looks at more.
    assert faults(blocks=BLOCKS + 1, base_blocks=BLOCKS) != []
    assert not measured(Row(line(6), replace(ASKED, rows=201))).kept


def test_the_start_of_a_worker_has_a_bar():
    assert start_line(0.5) == (
        "Start of a worker, until its first answer: 0.50 s of processor time (at most 1.0)."
    )
    assert "1.08 s **!** of" in start_line(1.08)
    assert [starts_soon(seconds) for seconds in (1.0, 1.04, 1.06)] == [True, True, False]


def test_a_breach_that_is_none_any_more_is_told():
    assert list(measured(Row(line(6, 1.1, BREACH), ASKED)).kept_again()) == [
        "/actions/ (anybody), growth, 10,000 actions: keeps its bar again."
    ]
    assert list(measured(Row(line(6, 2.2, BREACH), ASKED)).kept_again()) == []


def test_the_document_lists_the_known_breaches():
    document = (Path(__file__).parents[2] / "docs/performance.md").read_text(encoding="utf-8")
    section = document.split("## Known breaches")[1].split("\n## ")[0]
    assert "\n".join(breaches_table(KNOWN_BREACHES)) in section


def test_a_known_breach_is_listed_with_its_reason():
    assert list(breaches_table((BREACH,)))[2:] == [
        "| 10000 | `/actions/` | anybody | growth | 2.5 | Counts them. |"
    ]
