"""Shapes of the charts."""

from decimal import Decimal

from actors.models import Commune
from challenges.models import Programme
from ess_portal.dashboards.chart_geometry import (
    Bar,
    columns,
    lines_of,
    map_choice,
    stacked,
    tile_map,
)
from ess_portal.dashboards.statistics.territory import CommuneFigures


def test_columns_stand_on_one_scale_and_one_action_can_be_seen():
    assert columns([0, 1, 50, 100], 100) == [
        Bar(0, 28, 12, 0),
        Bar(16, 26, 12, 2),
        Bar(32, 14.0, 12, 14.0),
        Bar(48, 0.0, 12, 28.0),
    ]


def test_stacked_parts_follow_each_other():
    assert stacked([(1, 1), (2, 0), (3, 2)], 6) == [
        Bar(0, 0, 50, 12, 1),
        Bar(50, 0, 100, 12, 3),
    ]


def test_names_are_cut_where_one_reads_them_well():
    assert [lines_of(name) for name in ("Royat", "Le Cendre", "Saint-Genès-Champanelle")] == [
        ["Royat"],
        ["Le Cendre"],
        ["Saint-Genès-", "Champanelle"],
    ]


def figures(name, column, row, actions, population=1000):
    """A commune on a tile, with as many actions."""
    commune = Commune(name=name, population=population, tile_column=column, tile_row=row)
    return CommuneFigures(
        Programme(), commune, actions, actions, Decimal(actions * 100), Decimal("0.25") * actions
    )


class TestMap:
    rows = [figures("A", 3, 2, 8, 5000), figures("B", 2, 2, 0), figures("C", 2, 3, 2)]

    def test_tiles_begin_at_the_corner_and_shades_follow_the_value(self):
        drawing = tile_map(self.rows, map_choice("actions"))
        assert (drawing.width, drawing.height) == (206, 162)
        assert [(t.figures.commune.name, t.x, t.y, t.value, t.level) for t in drawing.tiles] == [
            ("B", 0, 0, "0", 0),
            ("A", 106, 0, "8", 4),
            ("C", 0, 84, "2", 1),
        ]

    def test_each_way_to_read_it(self):
        written = {
            code: [tile.value for tile in tile_map(self.rows, map_choice(code)).tiles]
            for code in (
                "montant",
                "emplois",
                "actions-habitants",
                "montant-habitant",
                "emplois-habitants",
            )
        }
        assert written == {
            "montant": ["0\u00a0€", "800\u00a0€", "200\u00a0€"],
            "emplois": ["0", "2", "0,5"],
            "actions-habitants": ["0", "16", "20"],
            "montant-habitant": ["0\u00a0€", "0,16\u00a0€", "0,20\u00a0€"],
            "emplois-habitants": ["0", "4", "5"],
        }

    def test_large_amounts_fit_in_a_tile(self):
        written = map_choice("montant").written
        amounts = ("9999", "10000", "45600", "1000000", "7587500")
        assert [written(Decimal(amount)) for amount in amounts] == [
            "9\u00a0999\u00a0€",
            "10\u00a0k€",
            "45,6\u00a0k€",
            "1\u00a0M€",
            "7,6\u00a0M€",
        ]

    def test_an_unknown_choice_is_the_first_and_no_commune_draws_nothing(self):
        assert map_choice("n’importe").code == "actions"
        assert tile_map([], map_choice("actions")).tiles == []

    def test_a_commune_without_inhabitants_has_no_rate(self):
        drawing = tile_map([figures("Vide", 0, 0, 3, population=0)], map_choice("montant-habitant"))
        assert [(tile.value, tile.level) for tile in drawing.tiles] == [("0\u00a0€", 0)]
