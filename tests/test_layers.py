"""The order of the house, and its manners: what import-linter and ruff can't see.

Foreign keys point downwards (docs/architecture.md), modules stay short and models out of circles,
models speak French, every refusal of a constraint has a sentence, and no template lies unused.
"""

import ast
import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.template.loader import get_template
from django.urls import URLPattern, get_resolver
from django.views.generic.base import TemplateResponseMixin

from ess_portal.base.triggers import Upkeep
from tests.support.refusals import Holder

# Each may point at those before it, never at those after.
LAYERS = ("base", "challenges", "actors", "actions")
# The roof may point anywhere.
ROOF = ("dashboards", "pages")
BASE_DIR = Path(settings.BASE_DIR)

OUR_MODELS = [
    model for label in (*LAYERS, *ROOF) for model in apps.get_app_config(label).get_models()
]
ids = [model._meta.label for model in OUR_MODELS]


# --- Layers ---------------------------------------------------------------------------------------


def test_every_app_has_its_layer():
    ours = {
        config.label
        for config in apps.get_app_configs()
        if Path(config.path).is_relative_to(BASE_DIR)
        and not Path(config.path).is_relative_to(BASE_DIR / ".venv")
    }

    assert ours == {*LAYERS, *ROOF}


@pytest.mark.parametrize("model", OUR_MODELS, ids=ids)
def test_no_key_points_upwards(model):
    """Keys written as a string included, and many-to-many ones with their tables."""
    label = model._meta.app_label
    if label in ROOF:
        return
    above = {*LAYERS[LAYERS.index(label) + 1 :], *ROOF}
    pointed = {
        field.name: field.related_model._meta.app_label
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created
    }

    assert {name: app for name, app in pointed.items() if app in above} == {}


# --- Modules --------------------------------------------------------------------------------------

# To be tightened: most have one reason to exist, and less than 300 lines.
MOST_LINES = 400
# To be emptied: tests are to follow.
NOT_COUNTED = ("tests",)
NOT_OURS = (".venv", "var", "migrations")


def modules() -> Iterator[Path]:
    """Every Python module of ours, as seen from the project's folder."""
    for path in BASE_DIR.rglob("*.py"):
        module = path.relative_to(BASE_DIR)
        if not {*module.parts} & {*NOT_OURS, *NOT_COUNTED}:
            yield module


def imported_by(path: Path) -> Iterator[str]:
    """The modules that one names, in functions and for types only as well."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


def test_no_module_is_too_long():
    lengths = {str(path): (BASE_DIR / path).read_text().count("\n") for path in modules()}

    assert len(lengths) > 100
    assert {path: length for path, length in lengths.items() if length > MOST_LINES} == {}


def test_models_of_actions_import_each_other_in_no_circle():
    folder = BASE_DIR / "actions" / "models"
    names = {f"actions.models.{path.stem}": path for path in folder.glob("*.py")}
    names["actions.models"] = names.pop("actions.models.__init__")
    imports = {name: {*imported_by(path)} & {*names} for name, path in names.items()}

    assert imports["actions.models"]
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(reversed(error.args[1])))


# --- Words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", OUR_MODELS, ids=ids)
def test_models_and_fields_are_named_in_french(model):
    """A name that Django derives from the Python one would be English."""
    unnamed = [
        field.name
        for field in [*model._meta.fields, *model._meta.many_to_many]
        if not field.auto_created
        # Those of a table that Django makes by itself.
        and not model._meta.concrete_model._meta.auto_created
        and field._verbose_name is None
        # Inherited from Django, which translates them.
        and field.name not in ("last_login", "is_superuser", "groups", "user_permissions")
        and field.name != "password"
    ]

    assert "verbose_name" in model._meta.original_attrs
    assert unnamed == []


@pytest.mark.parametrize("model", OUR_MODELS, ids=ids)
def test_every_constraint_has_its_name_and_its_sentence(model):
    prefix = f"{model._meta.db_table}_"
    default = models.BaseConstraint.default_violation_error_message

    for constraint in model._meta.constraints:
        assert constraint.name.startswith(prefix)
        assert constraint.violation_error_message != default
        assert str(constraint.violation_error_message).endswith(".")


@pytest.mark.parametrize("model", OUR_MODELS, ids=ids)
def test_every_trigger_refuses_by_a_name_of_its_model(model):
    # A proxy is there for triggers of its own, on a table that may be another app's.
    own = {model._meta.db_table} | {model._meta.label_lower.replace(".", "_")}
    prefixes = tuple(f"{name}_" for name in own)

    for trigger in getattr(model._meta, "triggers", ()):
        if isinstance(trigger, Upkeep):  # it refuses nothing
            continue
        names = Holder(model, trigger).names
        assert names
        assert {name for name in names if not name.startswith(prefixes)} == set()
        # PostgreSQL cuts longer names silently.
        assert max(map(len, names)) <= 63


# --- Templates ------------------------------------------------------------------------------------

TEMPLATES = BASE_DIR / "templates"
# What nothing of ours names: Django, its admin and allauth look for these by themselves.
FOUND_BY_PACKAGES = re.compile(
    r"(400|403|403_csrf|404|413|429|500)\.html"
    r"|admin/\w+/\w+/change_(list|form)\.html"
    r"|email/login_code(_subject)?\.txt"
)


def templates() -> set[str]:
    """Every template of ours, as loaders name it."""
    return {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*") if path.is_file()}


def sources() -> str:
    """The text of the application's code and templates."""
    folders = ("actions", "actors", "challenges", "ess_portal")
    files = [path for folder in folders for path in (BASE_DIR / folder).rglob("*.py")]
    files += [path for path in TEMPLATES.rglob("*") if path.is_file()]
    return "\n".join(path.read_text() for path in files)


def named_in_the_sources() -> set[str]:
    """Templates whose path stands in quotes, or whose name does where a path is made of one."""
    text = sources()
    quoted = set(re.findall(r"[\"']([\w./-]+)[\"']", text))
    # Typst imports from its own folder.
    quoted |= {f"pdf/{name}" for name in re.findall(r'#import "(\w+\.typ)"', text)}
    made = re.findall(r"f\"([\w/]+/)\{\w+\}(\w*\.(?:html|txt|typ))\"", text)
    return quoted | {folder + name + end for folder, end in made for name in quoted}


def views(patterns) -> Iterator[type]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            if view := getattr(pattern.callback, "view_class", None):
                yield view
        else:
            yield from views(pattern.url_patterns)


def named_by_views() -> set[str]:
    """The names that generic views derive from their model."""
    found = set()
    for view in views(get_resolver().url_patterns):
        model = getattr(view, "model", None) or getattr(
            getattr(view, "queryset", None), "model", None
        )
        suffix = getattr(view, "template_name_suffix", None)
        if model and suffix and issubclass(view, TemplateResponseMixin):
            found.add(f"{model._meta.app_label}/{model._meta.model_name}{suffix}.html")
    return found


def replaces_another_ones(name: str) -> bool:
    """Whether the template stands in for one of a package of ours."""
    return any(
        (Path(config.path) / "templates" / name).exists()
        for config in apps.get_app_configs()
        if not Path(config.path).is_relative_to(BASE_DIR)
        or Path(config.path).is_relative_to(BASE_DIR / ".venv")
    )


def test_every_template_is_used():
    unnamed = templates() - named_in_the_sources() - named_by_views()

    unused = {
        name
        for name in unnamed
        if not FOUND_BY_PACKAGES.fullmatch(name) and not replaces_another_ones(name)
    }

    assert unused == set()


@pytest.mark.parametrize("name", sorted(templates()))
def test_every_template_compiles(name):
    get_template(name)
