"""No change of a comparison, a floor, a quorum or a threshold goes unnoticed.

Each mutant of the gate (in Python and in SQL) and of the guards must fail a test of
test_gate.py or of workflow/test_guards_of_*.py. Those that no test could notice are listed with
the reason.
"""

import contextlib
import re
from collections.abc import Iterator

import pytest
from django.db import transaction

from actions import gate
from actions.models import refusal
from actions.workflow import guards
from tests.plugins.database import as_owner
from tests.support import gate_agreements, mutation
from tests.support.refusals import execute

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
TESTS_OF_GUARDS = tuple(
    f"tests.actions.workflow.test_guards_of_{subject}"
    for subject in ("files", "evaluation", "refusals", "decisions")
)


def test_the_gate():
    mutants = [
        mutant
        for name, function in mutation.functions_of(gate).items()
        for mutant in mutation.mutants_of(name, function)
    ]
    mutants += [mutation.with_value(gate, "MAX_LEVEL", level) for level in (2, 4)]
    mutants += [
        mutation.with_value(gate.CriterionRule.__init__, "__defaults__", defaults)
        for defaults in ((2, 1), (1, 2), (0, 1), (1, 0))
    ]
    twins = [mutation.twin_of(*named) for named in mutation.functions_of(gate).items()]
    checks = mutation.checks_of("tests.actions.test_gate")

    with contextlib.ExitStack() as all_twins:
        for twin in twins:
            all_twins.enter_context(twin.applied())
        assert all(map(mutation.passes, checks))
    assert len(mutants) > 50
    assert mutation.survivors(mutants, lambda _target: checks) == []


def test_the_guards():
    functions = mutation.functions_of(guards) | {
        name: function
        for name, function in mutation.functions_of(refusal).items()
        if name.startswith("RefusalNotice.") and not name.endswith("__str__")
    }
    checks = [check for module in TESTS_OF_GUARDS for check in mutation.checks_of(module)]
    running: dict[str, list[mutation.Check]] = {name: [] for name in functions}
    for check in checks:
        for name in mutation.called_by(check, functions):
            running[name].append(check)
    constants = [
        (mutation.with_value(guards, "CRITERIA_PER_GRID", 3), "grid_is_ready"),
        (mutation.with_value(guards, "CRITERIA_PER_GRID", 5), "grid_is_ready"),
        (mutation.with_value(refusal, "DAYS_TO_REPLY", 14), "RefusalNotice.reply_until"),
        (mutation.with_value(refusal, "DAYS_TO_REPLY", 16), "RefusalNotice.reply_until"),
    ]
    running |= {mutant.target: running[name] for mutant, name in constants}
    mutants = [
        mutant
        for name, function in functions.items()
        for mutant in mutation.mutants_of(name, function)
    ]

    twins = [mutation.twin_of(*named) for named in functions.items()]

    with contextlib.ExitStack() as all_twins:
        for twin in twins:
            all_twins.enter_context(twin.applied())
        assert all(map(mutation.passes, checks))
    assert len(mutants) > 30
    assert (
        mutation.survivors([*mutants, *(mutant for mutant, _ in constants)], running.__getitem__)
        == []
    )


# --- The same in SQL ------------------------------------------------------------------------------

# Words of the function's text, and what each occurrence is replaced by in turn.
SQL_CHANGES = (
    (r">=", (">", "<=")),
    (r"\bAND\b", ("OR",)),
    (r"(?<=HAVING count\(\*\) )=", ("<>", "<=", ">=")),
    (r"\bIS NOT NULL\b", ("IS NULL",)),
    (r"\bNOT EXISTS\b", ("EXISTS",)),
    (r"'initial'", ("'follow_up'",)),
    (r"(?<=disc\()0\.5", ("0.4", "0.6")),
    (r"\b100\b", ("99", "101")),
    (r"\b3(?= \*)", ("2", "4")),
    (r"(?<=median, )0", ("1",)),
    (r"\bmin\(", ("max(",)),
    (r"\bbool_and\b", ("bool_or",)),
    (r"(?<= )- (?=floor)", ("+ ",)),
    (r"\bweight \* ", ("", "weight + ")),
    (r"\bORDER BY position\b", ("ORDER BY position DESC",)),
    (r"\bORDER BY o\.level\b", ("ORDER BY o.level DESC",)),
)
# What no row can tell from the original, and why.
EQUIVALENT_SQL = {
    "HAVING count(*) = (SELECT count(*) FROM criterion) | = → >=": "an evaluation has one score "
    "at most for each criterion, and none for another grid's: constraints see to it",
}


def changed_texts(text: str) -> Iterator[tuple[str, str]]:
    """Each change of the function, with the line that it changes."""
    for pattern, replacements in SQL_CHANGES:
        found = list(re.finditer(pattern, text))
        assert found, pattern
        for match in found:
            for replacement in replacements:
                start, end = match.span()
                line = text[text.rfind("\n", 0, start) + 1 : text.find("\n", end)]
                label = f"{line.strip()} | {match.group()} → {replacement}"
                yield label, text[:start] + replacement + text[end:]


def the_database_agrees() -> Iterator[mutation.Check]:
    for setting, evaluations, unsent, recused in gate_agreements.AGREEMENTS:
        yield (
            lambda s=setting, e=evaluations, u=unsent, r=recused: (
                gate_agreements.check_that_the_database_agrees(s, e, unsent=u, recused=r)
            )
        )


def test_the_gate_in_sql():
    [[definition]] = execute("SELECT pg_get_functiondef('actions_gate'::regproc)")
    checks = list(the_database_agrees())
    assert all(map(mutation.passes, checks))
    surviving = []
    for label, changed in changed_texts(definition):
        with transaction.atomic():
            with as_owner():
                execute(changed)
            if all(map(mutation.passes, checks)):
                surviving.append(label)
            transaction.set_rollback(True)

    assert surviving == list(EQUIVALENT_SQL)
