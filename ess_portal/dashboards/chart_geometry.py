"""Shapes of the dashboard's charts, computed for the templates that draw them.

Units are those of each drawing's own `viewBox`; no query, no HTML.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil

from ess_portal.base.french import NO_BREAK, euros, number
from ess_portal.dashboards.statistics.territory import CommuneFigures

BAR_WIDTH, BAR_GAP, BARS_HEIGHT = 12, 4, 28
PIPELINE_WIDTH = 300
TILE_WIDTH, TILE_HEIGHT, TILE_GAP = 100, 78, 6
LINE_OF_NAME, LETTERS_OF_LINE = 13, 13
LEVELS = 4


@dataclass(frozen=True)
class Bar:
    """A rectangle of a chart; `number` is its challenge's, 0 when it has none."""

    x: float
    y: float
    width: float
    height: float
    number: int = 0


def columns(counts: Sequence[int], highest: int) -> list[Bar]:
    """Return one column a count, on the scale of `highest`; what isn't zero can be seen."""
    bars = []
    for position, count in enumerate(counts):
        height = max(2, round(BARS_HEIGHT * count / highest, 1)) if count else 0
        x = position * (BAR_WIDTH + BAR_GAP)
        bars.append(Bar(x, BARS_HEIGHT - height, BAR_WIDTH, height))
    return bars


def stacked(parts: Iterable[tuple[int, int]], longest: int) -> list[Bar]:
    """Return the (challenge number, count) `parts` side by side, on the scale of `longest`."""
    bars, before = [], 0
    for challenge, count in parts:
        if count:
            x = round(PIPELINE_WIDTH * before / longest, 1)
            width = round(PIPELINE_WIDTH * count / longest, 1)
            bars.append(Bar(x, 0, width, 12, challenge))
        before += count
    return bars


@dataclass(frozen=True)
class MapChoice:
    """One way to read the map: what it is called, what it shows of a commune, how it's written."""

    code: str
    label: str
    value: Callable[[CommuneFigures], Decimal | int | None]
    written: Callable[[Decimal], str]


def _one_decimal(value: Decimal) -> str:
    return number(value, 1)


def _short_euros(value: Decimal) -> str:
    # A tile has room for six figures at most.
    for unit, size in (("M€", Decimal(1_000_000)), ("k€", Decimal(1_000))):
        if value >= 10 * size or (value >= size and unit == "M€"):
            return f"{number(value / size, 1)}{NO_BREAK}{unit}"
    return euros(value, 0)


MAP_CHOICES = (
    MapChoice("actions", "Nombre d’actions", lambda row: row.actions, number),
    MapChoice("montant", "Montant accordé", lambda row: row.granted, _short_euros),
    MapChoice("emplois", "Emplois prévus (ETP)", lambda row: row.jobs, _one_decimal),
    MapChoice(
        "actions-habitants",
        "Actions pour 10\u00a0000 habitants",
        lambda row: row.actions_rate,
        _one_decimal,
    ),
    MapChoice(
        "montant-habitant", "Montant accordé par habitant", lambda row: row.granted_rate, euros
    ),
    MapChoice(
        "emplois-habitants",
        "Emplois pour 10\u00a0000 habitants",
        lambda row: row.jobs_rate,
        _one_decimal,
    ),
)


def map_choice(code: str) -> MapChoice:
    """Return the choice of this code, else the first one."""
    return next((choice for choice in MAP_CHOICES if choice.code == code), MAP_CHOICES[0])


@dataclass(frozen=True)
class Tile:
    """A commune on the map. `level` goes from 0 (nothing) to 4 (the highest quarter)."""

    x: int
    y: int
    name: tuple[tuple[int, str], ...]
    value: str
    value_y: int
    level: int
    figures: CommuneFigures


@dataclass(frozen=True)
class TileMap:
    """The tiles and the size of the drawing."""

    width: int
    height: int
    tiles: list[Tile]


def tile_map(rows: Sequence[CommuneFigures], choice: MapChoice) -> TileMap:
    """Place each commune on its tile, shaded by its share of the highest value."""
    if not rows:
        return TileMap(0, 0, [])
    highest = max((choice.value(row) or 0 for row in rows), default=0)
    left = min(row.commune.tile_column for row in rows)
    top = min(row.commune.tile_row for row in rows)
    tiles = []
    for row in sorted(rows, key=lambda row: (row.commune.tile_row, row.commune.tile_column)):
        x = (row.commune.tile_column - left) * (TILE_WIDTH + TILE_GAP)
        y = (row.commune.tile_row - top) * (TILE_HEIGHT + TILE_GAP)
        value = choice.value(row) or Decimal(0)
        lines = lines_of(row.commune.name)
        tiles.append(
            Tile(
                x=x,
                y=y,
                name=tuple(
                    (y + 20 + LINE_OF_NAME * position, line) for position, line in enumerate(lines)
                ),
                value=choice.written(Decimal(value)),
                value_y=y + TILE_HEIGHT - 14,
                level=ceil(LEVELS * value / highest) if value else 0,
                figures=row,
            )
        )
    right = max(tile.x for tile in tiles) + TILE_WIDTH
    bottom = max(tile.y for tile in tiles) + TILE_HEIGHT
    return TileMap(right, bottom, tiles)


def lines_of(name: str) -> list[str]:
    """Cut a name that is too long for a tile after its hyphens or at its spaces."""
    lines = [""]
    for piece in name.replace("-", "-\0").replace(" ", " \0").split("\0"):
        if lines[-1] and len(lines[-1]) + len(piece.rstrip()) > LETTERS_OF_LINE:
            lines.append("")
        lines[-1] += piece
    return [line.rstrip() for line in lines]
