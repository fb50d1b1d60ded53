"""The documentation stays true."""

import re
import tomllib
from pathlib import Path

import yaml
from django.conf import settings

from actions.management.commands.workflow_diagram import diagram

ROOT = Path(settings.BASE_DIR)


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_workflow_page_is_the_one_the_code_gives():
    assert read("docs/workflow.md") == diagram()


def test_every_setting_from_the_environment_is_documented():
    used = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', read("ess_portal/settings.py")))
    documented = set(re.findall(r"`([A-Z_]+)`", read("docs/configuration.md")))
    assert used - documented == set()


def test_no_registry_and_no_path_of_a_machine_is_named():
    named = [
        str(path.relative_to(ROOT))
        for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("requirements/*")]
        if re.search(r"https?://(?!127\.0\.0\.1)|/home/|/root/", path.read_text(encoding="utf-8"))
    ]
    assert named == []


def test_catalogues_can_read_what_the_software_is():
    """The bounds of the publiccode.yml standard, and the same licence everywhere."""
    described = yaml.safe_load(read("publiccode.yml"))
    project = tomllib.loads(read("pyproject.toml"))["project"]

    assert described["legal"]["license"] == project["license"]
    assert described["softwareVersion"] == project["version"]
    assert set(described["description"]) == {"en", "fr"}
    for words in described["description"].values():
        assert len(words["shortDescription"]) <= 150
        assert 150 <= len(words["longDescription"]) <= 10_000
        assert words["features"]


def test_what_the_catalogues_still_lack_is_written_down():
    asked = {"publiccodeYmlVersion", "name", "url", "platforms", "categories", "developmentStatus"}
    asked |= {"softwareType", "description", "legal", "maintenance", "localisation"}
    lacking = asked - set(yaml.safe_load(read("publiccode.yml")))
    listed = set(re.findall(r"`publiccode\.yml`: `(\w+)", read("docs/operations.md")))

    assert lacking - listed == set()


def rows_of(text: str) -> list[list[str]]:
    """The cells of the tables of a text, row by row."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_rules_and_the_workflow_have_the_same_rows():
    """Section 4 of the rules, but for what is to come, and the table that the code gives."""
    section = read("docs/rules.md").partition("## 4. ")[2].partition("\n## ")[0]
    said = {
        (source, transition, to.partition(" (")[0])
        for sources, transition, to, *_ in rows_of(section)[1:]
        if "*to come*" not in sources
        for source in sources.split(", ")
    }
    built = {
        (source, transition, to)
        for transition, sources, to, *_ in rows_of(read("docs/workflow.md").replace("`", ""))[1:]
        for source in sources.split(", ")
    }

    assert said == built
