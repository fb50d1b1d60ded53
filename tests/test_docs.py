"""The documentation stays true."""

import re
from pathlib import Path

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


def test_every_page_that_documents_lead_to_exists():
    missing = []
    for page in [ROOT / "README.md", *ROOT.glob("docs/**/*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            if not (page.parent / target).exists():
                missing.append((page.name, target))  # noqa: PERF401 - reads better so
    assert missing == []


def test_no_registry_and_no_path_of_a_machine_is_named():
    named = [
        str(path.relative_to(ROOT))
        for path in [ROOT / "README.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("requirements/*")]
        if re.search(r"https?://(?!127\.0\.0\.1)|/home/|/root/", path.read_text(encoding="utf-8"))
    ]
    assert named == []
