"""ops/stylesheets.py and ess_portal/base/storage.py: our share of Bootstrap, and joined files."""

import io
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from ess_portal.base.storage import join
from ops import stylesheets
from ops.stylesheets import SOURCE, TARGET


def read(name: str) -> str:
    return Path(finders.find(name)).read_text(encoding="utf-8")


def test_the_share_of_bootstrap_is_up_to_date():
    assert read(TARGET) == stylesheets.trimmed(), "run make stylesheet"


def test_the_splitter_loses_nothing():
    rules = list(stylesheets.split(read(SOURCE)))
    again = "".join(f"{selector}{{{body}}}" for selector, body in rules)
    (licence,) = stylesheets._LICENCE.findall(read(SOURCE))
    assert f'@charset "UTF-8";{licence}{again}' == read(SOURCE).split("\n/*# sourceMappingURL")[0]


def test_the_licence_stands_first():
    assert read(TARGET).startswith("/*!\n * Bootstrap")


@pytest.mark.parametrize(
    ("selector", "classes"),
    [
        ("a:hover", set()),
        (".btn-check:checked+.btn", {"btn-check", "btn"}),
        (":not(.btn-check)+.btn:active", {"btn"}),
        (".was-validated .form-control:valid", {"was-validated", "form-control"}),
        (".x:not(:is(.a,.b)) .y", {"x", "y"}),
    ],
)
def test_what_a_selector_needs(selector, classes):
    assert stylesheets.classes_of(selector) == classes


def test_a_rule_stays_for_the_selectors_in_use_only():
    rules = stylesheets.split(".a,.b,p{color:red}@media print{.b{x:y}.a{x:z}}@media all{.b{x:y}}")
    used = stylesheets._matcher({"a", "alert-*"})
    assert list(stylesheets._keep(rules, used)) == [
        (".a,p", "color:red"),
        ("@media print", ".a{x:z}"),
    ]
    assert used.fullmatch("alert-danger")


def test_what_nothing_reads_is_dropped_with_what_only_that_read():
    rules = [
        (":root", "--bs-a:1;--bs-b:var(--bs-c);--bs-c:2"),
        ("p", "margin:var(--bs-a)"),
        ("@keyframes spin", "to{x:y}"),
    ]
    assert stylesheets._drop_unread(rules) == [(":root", "--bs-a:1;"), rules[1]]


def test_classes_are_found_where_they_are_written():
    used = stylesheets.used_classes()
    # A template's, the family of a variable, one that crispy writes in a tag.
    assert {"btn-primary", "alert-*", "is-invalid", "form-select"} <= used
    assert "accordion" not in used


class Files(dict):
    """A storage made of texts."""

    def open(self, name):
        return io.BytesIO(self[name].encode())


def test_joining_puts_files_in_the_place_of_their_imports():
    files = Files(
        {
            "css/all.css": '/* Why */\n@import url("a.css");\n@import url("p.css") print;\n.z{}\n',
            "css/a.css": "/*! Licence */\n.a{}\n",
            "css/p.css": '@import url("q.css");\n.p{}\n',
            "css/q.css": ".q{}\n",
        }
    )
    paths = {name: (files, name) for name in files}
    assert join("css/all.css", paths) == (
        "/*! Licence */\n.a{}\n@media print {\n.q{}\n.p{}\n}\n.z{}\n"
    )
