"""The French order of labels."""

from ess_portal.base.collation import in_natural_order


def test_accents_and_numbers_stand_where_people_look_for_them():
    labels = ["Défi 10", "Zinc", "Énergie", "2.10 Former", "Défi 2", "2.9 Aider", "Entraide", "2"]
    assert sorted(labels, key=in_natural_order) == [
        "2",
        "2.9 Aider",
        "2.10 Former",
        "Défi 2",
        "Défi 10",
        "Énergie",
        "Entraide",
        "Zinc",
    ]
