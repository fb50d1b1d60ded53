"""A small mutation runner: change one thing of a function, and see whether a test notices.

Mutants live in this process: a function's code is swapped for the mutant's, so that whoever holds
the function (a table of rules, a property, a class) runs the mutant.
"""

import ast
import contextlib
import copy
import inspect
import itertools
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from types import FunctionType, ModuleType
from typing import Any

from django.db import transaction

_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
}
_TWINS = {"all": "any", "any": "all", "min": "max", "max": "min"}


@dataclass(frozen=True)
class Mutant:
    """One change; `applied()` makes it for the time of a block."""

    target: str
    label: str
    swap: Callable[[], Any]
    restore: Callable[[Any], None]

    @contextlib.contextmanager
    def applied(self) -> Iterator[None]:
        before = self.swap()
        try:
            yield
        finally:
            self.restore(before)


# --- Mutants ----------------------------------------------------------------------------------


def functions_of(module: ModuleType) -> dict[str, FunctionType]:
    """The functions that a module defines, methods and properties included, by name."""
    found = {}
    owners = [(module, "")]
    owners += [
        (thing, f"{name}.")
        for name, thing in vars(module).items()
        if inspect.isclass(thing) and thing.__module__ == module.__name__
    ]
    for owner, prefix in owners:
        for name, thing in vars(owner).items():
            function = thing.fget if isinstance(thing, property) else thing
            if isinstance(function, FunctionType) and _is_written_in(function, module):
                found[prefix + name] = function
    return found


def _is_written_in(function: FunctionType, module: ModuleType) -> bool:
    # A dataclass's own methods have no source.
    return function.__code__.co_filename == module.__file__


def _definition_of(function: FunctionType) -> ast.FunctionDef:
    definition = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    assert isinstance(definition, ast.FunctionDef)
    definition.decorator_list = []
    return definition


def twin_of(name: str, function: FunctionType) -> Mutant:
    """A mutant in which nothing changes: whatever notices it is wrong about the others too."""
    return _with_code(name, f"{name}: unchanged", function, _definition_of(function))


def mutants_of(name: str, function: FunctionType) -> Iterator[Mutant]:
    """Every mutant of a function: comparisons, and/or, not, whole numbers, sums, all/any."""
    definition = _definition_of(function)
    before = ast.unparse(definition).splitlines()
    for index, node in enumerate(ast.walk(definition)):
        for change in _changes(node):
            changed = copy.deepcopy(definition)
            change(list(ast.walk(changed))[index])
            after = ast.unparse(changed).splitlines()
            [line] = [b.strip() for a, b in zip(before, after, strict=True) if a != b]
            yield _with_code(name, f"{name}: {line}", function, changed)


def _changes(node: ast.AST) -> Iterator[Callable[[Any], None]]:
    yield from _changes_of_conditions(node)
    yield from _changes_of_values(node)


def _changes_of_conditions(node: ast.AST) -> Iterator[Callable[[Any], None]]:
    match node:
        case ast.Compare():
            for place, operator in enumerate(node.ops):
                for other in _COMPARISONS[type(operator)]:
                    yield lambda n, p=place, o=other: n.ops.__setitem__(p, o())
        case ast.BoolOp():
            twin = ast.Or if isinstance(node.op, ast.And) else ast.And
            yield lambda n: setattr(n, "op", twin())
        case ast.UnaryOp(op=ast.Not()):
            yield lambda n: setattr(n, "operand", ast.UnaryOp(ast.Not(), n.operand))


def _changes_of_values(node: ast.AST) -> Iterator[Callable[[Any], None]]:
    match node:
        case ast.BinOp() if type(node.op) in _ARITHMETIC:
            yield lambda n: setattr(n, "op", _ARITHMETIC[type(n.op)]())
        case ast.Constant(value=int(number)) if not isinstance(number, bool):
            yield lambda n: setattr(n, "value", number + 1)
            yield lambda n: setattr(n, "value", number - 1)
        case ast.Call(func=ast.Name(id=called)) if called in _TWINS:
            yield lambda n: setattr(n.func, "id", _TWINS[called])


def _with_code(name: str, label: str, function: FunctionType, changed: ast.FunctionDef) -> Mutant:
    module = ast.fix_missing_locations(ast.Module([changed], type_ignores=[]))
    namespace: dict[str, Any] = dict(function.__globals__)
    exec(compile(module, f"<mutant of {name}>", "exec"), namespace)  # noqa: S102 - our own code
    code = namespace[changed.name].__code__

    def swap():
        before, function.__code__ = function.__code__, code
        return before

    return Mutant(name, label, swap, lambda before: setattr(function, "__code__", before))


def with_value(owner: Any, name: str, value: Any) -> Mutant:
    """The mutant in which `owner.name` is `value`: a constant of a module, a default."""

    def swap():
        before = getattr(owner, name)
        setattr(owner, name, value)
        return before

    label = f"{name} = {value}"
    return Mutant(name, label, swap, lambda before: setattr(owner, name, before))


# --- Tests ------------------------------------------------------------------------------------

Check = Callable[[], None]


def checks_of(module: str) -> list[Check]:
    """The tests of `module` that take no fixture, one for each row of their tables."""
    checks: list[Check] = []
    for name, function in vars(import_module(module)).items():
        if not name.startswith("test_"):
            continue
        tables = [
            mark for mark in getattr(function, "pytestmark", []) if mark.name == "parametrize"
        ]
        rows = [[_keywords(mark.args[0], row) for row in mark.args[1]] for mark in tables]
        for combination in itertools.product(*rows):
            arguments = {key: value for row in combination for key, value in row.items()}
            checks.append(_check(function, arguments))
    return checks


def _keywords(names: str | tuple[str, ...], row: Any) -> dict[str, Any]:
    if isinstance(names, str):
        return {names: row}
    return dict(zip(names, row, strict=True))


def _check(function: Callable[..., None], arguments: dict[str, Any]) -> Check:
    def check() -> None:
        with transaction.atomic():
            function(**arguments)
            transaction.set_rollback(True)

    return check


def passes(check: Check) -> bool:
    """Whether a check passes; whatever it leaves in the database goes."""
    try:
        with transaction.atomic():
            check()
            transaction.set_rollback(True)
    except Exception:
        return False
    return True


def called_by(check: Check, functions: dict[str, FunctionType]) -> set[str]:
    """The names of the functions that a check runs."""
    names = {function.__code__: name for name, function in functions.items()}
    called = set()

    def watch(frame, event, _argument):
        if event == "call" and (name := names.get(frame.f_code)):
            called.add(name)

    sys.setprofile(watch)
    try:
        check()
    finally:
        sys.setprofile(None)
    return called


def survivors(mutants: Iterable[Mutant], checks_for: Callable[[str], list[Check]]) -> list[str]:
    """The labels of the mutants that no check notices."""
    surviving = []
    for mutant in mutants:
        with mutant.applied():
            if all(passes(check) for check in checks_for(mutant.target)):
                surviving.append(mutant.label)
    return surviving
