"""Our share of Bootstrap: the rules whose classes occur in what the portal writes.

A splitter of ours rather than a parser's package: the input is one minified file of one known
package, in which braces nest two deep and never stand inside a string; a test splits it and joins
it again without losing a character.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import get_template

from ops import entrypoint

SOURCE = "js-lib-bootstrap5/css/bootstrap.min.css"
TARGET = "css/bootstrap.css"
OWN_APPS = ("actions", "actors", "challenges", "ess_portal")
# Crispy's templates that the filters `crispy` and `as_crispy_field` render.
CRISPY_PACK = "bootstrap5/"
CRISPY_ROOTS = (f"{CRISPY_PACK}uni_form.html", f"{CRISPY_PACK}field.html")

# `class` attributes of templates; a value that a variable ends or begins stands as `*`.
_TAG = re.compile(r"{%.*?%}|{#.*?#}", re.DOTALL)
_VARIABLE = re.compile(r"{{.*?}}", re.DOTALL)
_CLASS_ATTRIBUTE = re.compile(r'\bclass="([^"]*)"')
_PYTHON_CLASS = re.compile(r'"class": f?"([^"]*)"')
_SCRIPT_CLASS = re.compile(r'\bclassList\.\w+\("([^"]*)"')
_INCLUDE = re.compile(r"""{% include ['"]([^'"]+)['"]""")
_WORD = re.compile(r"[A-Za-z][\w-]*")

_CSS_CLASS = re.compile(r"\.([A-Za-z][\w-]*)")
_NEGATION = re.compile(r":not\((?:[^()]|\([^()]*\))*\)")
_CUSTOM_PROPERTY = re.compile(r"(--bs-[\w-]+):[^;}]*;?")
_LICENCE = re.compile(r"/\*!.*?\*/", re.DOTALL)

Rule = tuple[str, str]


def trimmed() -> str:
    """Return the text of `css/bootstrap.css` for the templates and code as they now are."""
    source = _read_static(SOURCE)
    (licence,) = _LICENCE.findall(source)
    kept = _drop_unread(list(_keep(split(source), _matcher(used_classes()))))
    return f"{licence}\n/* Written by `make stylesheet`: change nothing by hand. */\n" + "".join(
        f"{selector}{{{body}}}\n" for selector, body in kept
    )


def split(text: str) -> Iterator[Rule]:
    """Yield what stands before and inside each outermost pair of braces, comments left out."""
    text = _LICENCE.sub("", text).removeprefix('@charset "UTF-8";')
    start = 0
    while (opening := text.find("{", start)) >= 0:
        depth, end = 1, opening + 1
        while depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        yield text[start:opening], text[opening + 1 : end - 1]
        start = end


def classes_of(selector: str) -> frozenset[str]:
    """Return the classes that something must have for `selector` to match it."""
    return frozenset(_CSS_CLASS.findall(_NEGATION.sub("", selector)))


def used_classes() -> frozenset[str]:
    """Return every class our templates, code and scripts write; `alert-*` stands for a family."""
    found: set[str] = set()
    for path in _own_files("templates", "*.html"):
        text = _VARIABLE.sub("*", _TAG.sub(" ", path.read_text(encoding="utf-8")))
        found.update(*map(str.split, _CLASS_ATTRIBUTE.findall(text)))
    for app in OWN_APPS:
        for path in _own_files(app, "*.py"):
            text = re.sub(r"{[^{}]*}", "*", path.read_text(encoding="utf-8"))
            found.update(*map(str.split, _PYTHON_CLASS.findall(text)))
    for path in _own_files("static", "*.js"):
        found.update(*map(str.split, _SCRIPT_CLASS.findall(path.read_text(encoding="utf-8"))))
    found.update(_crispy_words())
    return frozenset(found - {"*"})


def defined_classes(name: str) -> frozenset[str]:
    """Return every class that the selectors of a static stylesheet mention."""
    return frozenset(_CSS_CLASS.findall(re.sub(r"{[^{}]*}", "{}", _read_static(name))))


def _read_static(name: str) -> str:
    return Path(finders.find(name)).read_text(encoding="utf-8")


def _own_files(folder: str, pattern: str) -> list[Path]:
    return sorted((settings.BASE_DIR / folder).rglob(pattern))


def _crispy_words() -> set[str]:
    """Every word of crispy's templates in use, ours in their place among them: their classes stand
    in tags too.
    """
    words, seen, ahead = set(), set(), list(CRISPY_ROOTS)
    while ahead:
        name = ahead.pop()
        if name in seen or not name.startswith(CRISPY_PACK):
            continue
        seen.add(name)
        text = Path(get_template(name).origin.name).read_text(encoding="utf-8")
        words.update(_WORD.findall(text))
        ahead.extend(_INCLUDE.findall(text))
    return words


def _matcher(used: Collection[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(name).replace(r"\*", r"[\w-]+") for name in sorted(used)))


def _keep(rules: Iterable[Rule], used: re.Pattern[str]) -> Iterator[Rule]:
    for selector, body in rules:
        if selector.startswith("@media"):
            if inner := list(_keep(split(body), used)):
                yield selector, "".join(f"{name}{{{text}}}" for name, text in inner)
        elif selector.startswith("@"):
            yield selector, body
        elif kept := [part for part in _parts(selector) if _wanted(part, used)]:
            yield ",".join(kept), body


def _parts(selector: str) -> list[str]:
    """The selectors of a list, cut at the commas that stand in no parenthesis."""
    return re.findall(r"(?:[^,(]|\((?:[^()]|\([^()]*\))*\))+", selector)


def _wanted(selector: str, used: re.Pattern[str]) -> bool:
    # Bootstrap's scripts and its colour modes mark what they govern with data-bs-…: not ours.
    return "data-bs-" not in selector and all(map(used.fullmatch, classes_of(selector)))


def _drop_unread(rules: list[Rule]) -> list[Rule]:
    """Drop the animations and custom properties that nothing kept, nor any file of ours, reads."""
    own = "".join(
        path.read_text(encoding="utf-8")
        for path in _own_files("static", "*.css")
        if path.name != Path(TARGET).name
    )
    while (smaller := _without_unread(rules, own)) != rules:
        rules = smaller
    return rules


def _without_unread(rules: list[Rule], own: str) -> list[Rule]:
    text = own + "".join(body for _, body in rules)
    read = set(re.findall(r"var\((--bs-[\w-]+)", text))
    smaller = [
        (selector, _CUSTOM_PROPERTY.sub(lambda m: m[0] if m[1] in read else "", body))
        for selector, body in rules
        if not selector.startswith("@keyframes") or selector.split()[1] in text
    ]
    return [(selector, body) for selector, body in smaller if body]


def main() -> None:
    """Writes css/bootstrap.css again, and says its size."""
    path = settings.BASE_DIR / "static" / TARGET
    text = trimmed()
    path.write_text(text, encoding="utf-8")
    print(f"{path.relative_to(settings.BASE_DIR)}: {len(text.encode())} bytes")


if __name__ == "__main__":
    entrypoint.prepare(["manage.py", "findstatic"])  # settings, and no database
    django.setup()
    main()
