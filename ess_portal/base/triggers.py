"""Triggers that hold the binding rules (docs/decisions/0003-rules-in-the-database.md).

django-pgtrigger lets a session switch its triggers off by setting `pgtrigger.ignore`. A
guarantee must not offer that door to the role the web uses, so these are compiled from a
template of our own: no ignore branch, a fixed search path so that a temporary table can't stand
in for a real one, and no stale sight: in a transaction of another isolation level than READ
COMMITTED a trigger would judge by the rows of the past, whatever it locks.
"""

import re
from collections.abc import Iterable

import pgtrigger
from django.apps import apps
from django.db import IntegrityError
from pgtrigger import compiler

CHECK_VIOLATION = "23514"
# What Python's `str.strip` takes for blank, and the zero-width ones that nobody sees. The letters
# themselves, without a backslash: one means something else in a session that switches
# `standard_conforming_strings` off.
SOMETHING_WRITTEN = (
    "[^[:space:]\u001c-\u001f\u0085\u00a0\u1680\u2000-\u200d"
    "\u2028\u2029\u202f\u205f\u2060\u3000\ufeff]"
)
# The day of a moment of SQL: the rules count days in Paris.
IN_PARIS = "({} AT TIME ZONE 'Europe/Paris')::date"
TODAY = IN_PARIS.format("now()")
# A sentence uses the typographic apostrophe, which ends no SQL text, and no percent sign.
REFUSE = re.compile(r"REFUSE (?P<name>\w+)\s+'(?P<sentence>[^'%]+)';")


class GuaranteeSql(compiler.UpsertTriggerSql):
    """SQL that installs a trigger nobody but the owner of the table can switch off."""

    def get_template(self) -> str:
        """Return the installation template. Migrations refer to it: add a version, never edit."""
        return """
            CREATE OR REPLACE FUNCTION {pgid}()
            RETURNS TRIGGER AS $$
                {declare}
                BEGIN
                    IF current_setting('transaction_isolation') <> 'read committed' THEN
                        RAISE EXCEPTION 'Les garanties se vérifient en READ COMMITTED.'
                        USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'base_guarantee_sees_the_present';
                    END IF;
                    {func}
                END;
            $$ LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp;

            DROP TRIGGER IF EXISTS {pgid} ON {table};
            CREATE {constraint} TRIGGER {pgid}
                {when} {operation} ON {table}
                {timing}
                {referencing}
                FOR EACH {level} {condition}
                EXECUTE PROCEDURE {execute};

            COMMENT ON TRIGGER {pgid} ON {table} IS '{hash}';
        """


class Guarantee(pgtrigger.Trigger):
    """A row trigger holding a binding rule.

    Its function is PL/pgSQL with one more statement, `REFUSE <name> '<sentence>';`: the row is
    refused as a check violation (Django's `IntegrityError`). The name, `<app>_<model>_<rule>`,
    is what tests match; the French sentence is what a person may read.

    Migrations compare its text with its indentation: a function that moves stays as deep as it was.
    """

    when = pgtrigger.Before

    def render_func(self, model):
        """Spell out each `REFUSE` as PostgreSQL's own `RAISE EXCEPTION`."""
        return REFUSE.sub(
            r"RAISE EXCEPTION '\g<sentence>'"
            r" USING ERRCODE = 'check_violation', CONSTRAINT = '\g<name>';",
            super().render_func(model),
        )

    def compile(self, model):
        """Compile as pgtrigger does, but with `GuaranteeSql`."""
        compiled = super().compile(model)
        kwargs = {k: v for k, v in compiled.sql.kwargs.items() if k != "ignore_func_name"}
        return compiler.Trigger(name=self.name, sql=GuaranteeSql(**kwargs))


class Upkeep(Guarantee):
    """A row trigger that keeps something else up to date by itself, and refuses nothing."""


def listed(values: Iterable[str]) -> str:
    """Return `values`, words of our own, as SQL writes them between the parentheses of IN."""
    return ", ".join(f"'{value}'" for value in values)


def append_only(name: str, message: str) -> Guarantee:
    """Return a guarantee that rows, once written, are neither changed nor deleted."""
    return Guarantee(
        name="append_only",
        operation=pgtrigger.Update | pgtrigger.Delete,
        func=f"REFUSE {name} '{message}';",
    )


def kept_but_for(
    text: str, empty: str, kept: tuple[str, ...], name: str, message: str
) -> Guarantee:
    """Return a guarantee that a row is kept, but for its column `text`, which retention may empty.

    `empty` is the SQL of the emptied value; `kept` are the other columns.
    """
    new, old = (", ".join(f"{row}.{column}" for column in kept) for row in ("NEW", "OLD"))
    return Guarantee(
        name="is_kept",
        operation=pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            IF TG_OP = 'DELETE' OR ROW({new}) IS DISTINCT FROM ROW({old})
                OR (NEW.{text} IN ({empty}, OLD.{text})) IS NOT TRUE THEN
                REFUSE {name} '{message}';
            END IF;
            RETURN NEW;
        """,
    )


def key_is_kept(name: str, message: str) -> Guarantee:
    """Return a guarantee that a row keeps its key: none takes the place of another."""
    return Guarantee(
        name="key_is_kept",
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition("NEW.id IS DISTINCT FROM OLD.id"),
        func=f"REFUSE {name} '{message}';",
    )


def refusal_sentence(error: IntegrityError) -> str | None:
    """Return the French sentence behind a refusal of the database, or None if it has none.

    A guarantee carries its sentence itself; a constraint's is its `violation_error_message`.
    """
    diagnostic = getattr(error.__cause__, "diag", None)
    name = getattr(diagnostic, "constraint_name", None)
    if name is None:
        return None
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if constraint.name == name:
                return str(constraint.violation_error_message)
    if diagnostic.sqlstate == CHECK_VIOLATION:
        return diagnostic.message_primary
    return None
