"""Loading the territory and organisations."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command

from actors.models import Commune, Organisation, Sector
from actors.services import load_organisation
from tests.support.factories import CommuneFactory, SectorFactory

pytestmark = pytest.mark.django_db


class TestTerritory:
    def test_has_twenty_one_communes_each_on_its_tile(self, capsys):
        call_command("load_territory")
        assert capsys.readouterr().out == "21 communes, 11 filières\n"
        assert (Commune.objects.count(), Sector.objects.count()) == (21, 11)
        assert len(set(Commune.objects.values_list("tile_column", "tile_row"))) == 21
        clermont = Commune.objects.get(insee_code="63113")
        assert (clermont.name, clermont.population > 100_000) == ("Clermont-Ferrand", True)

    def test_is_idempotent_and_keeps_what_staff_renamed(self):
        call_command("load_territory", verbosity=0)
        sector = Sector.objects.first()
        Sector.objects.filter(pk=sector.pk).update(name="Rebaptisée")
        before = list(Commune.objects.values()), list(Sector.objects.values())
        call_command("load_territory", verbosity=0)
        assert (list(Commune.objects.values()), list(Sector.objects.values())) == before

    def test_may_be_another_agglomerations(self, tmp_path):
        file = tmp_path / "territoire.json"
        commune = {"insee_code": "01001", "name": "Ailleurs", "population": 5}
        commune |= {"population_year": 2023, "tile_column": 0, "tile_row": 0}
        file.write_text(json.dumps({"communes": [commune], "sectors": []}))
        call_command("load_territory", str(file), verbosity=0)
        assert [str(row) for row in Commune.objects.all()] == ["Ailleurs"]


class TestOrganisations:
    def test_unknown_facts_stay_empty(self):
        row = {"slug": "zeste", "name": "Zeste", "siret": None, "esus": None, "sources": ["a", "b"]}
        organisation = load_organisation(row)
        assert (organisation.siret, organisation.is_esus, organisation.family) == ("", None, "")
        assert (organisation.sources, organisation.is_published) == ("a\nb", True)

    def test_what_exists_is_left_as_it_is(self):
        first = load_organisation({"slug": "zeste", "name": "Zeste"})
        Organisation.objects.update(description="Complétée par un agent.", is_published=False)
        again = load_organisation({"slug": "zeste", "name": "Autre", "description": "x"})
        assert again == first
        assert (again.name, again.description, again.is_published) == (
            "Zeste",
            "Complétée par un agent.",
            False,
        )

    def test_of_the_file_all_show_their_sources(self):
        rows = json.loads(Path("actors/data/organisations.json").read_text())["organisations"]
        CommuneFactory(insee_code="64113")
        SectorFactory()
        made = [load_organisation(row) for row in rows]
        assert len(made) == Organisation.objects.published().count() == 28
        assert [row.name for row in made if not row.sources] == []
