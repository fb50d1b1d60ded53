"""What shows that the guarantees hold after ageing goes red when one of them doesn't."""

import pytest
from django.db import connection

from actions.demonstration.guarantees import CHECKS, faults
from tests.plugins.database import as_owner

pytestmark = pytest.mark.slow

GRANTED = "status IN ('prioritised', 'in_progress', 'completed', 'abandoned')"
# What is broken, by the sentence that must then be said: the table, and the statement.
BROKEN = {
    "Aucun déclencheur n’est éteint": (
        "actions_decision",
        "ALTER TABLE actions_gateresult DISABLE TRIGGER USER",
    ),
    "Aucune contrainte n’est laissée sans vérification": (
        "actions_decision",
        "ALTER TABLE actions_decision ADD CONSTRAINT fresh CHECK (id > 0) NOT VALID",
    ),
    "Chaque résultat est celui des évaluations": (
        "actions_action",
        f"UPDATE actions_action SET gate_points = gate_points + 1 WHERE {GRANTED}",
    ),
    "Chaque clôture a son événement": (
        "actions_gateresult",
        "UPDATE actions_gateresult SET closed_at = closed_at - interval '1 day'",
    ),
    "Les références se suivent": (
        "actions_action",
        "UPDATE actions_action SET reference = 'ESS-1999-0001' WHERE id ="
        f" (SELECT min(id) FROM actions_action WHERE {GRANTED})",
    ),
    "Les événements d’une action se suivent": (
        "actions_actionevent",
        "UPDATE actions_actionevent SET at = at - interval '3 years' WHERE transition = 'complete'",
    ),
    "Une action déposée a son premier envoi pour date": (
        "actions_action",
        "UPDATE actions_action SET started_at = started_at + interval '1 day'",
    ),
    "Une décision est prise par deux personnes": (
        "actions_decision",
        "UPDATE actions_decision SET confirmed_at = confirmed_at + interval '1 minute'",
    ),
    "Une action dotée l’est par deux personnes": (
        "actions_action",
        f"UPDATE actions_action SET amount_granted = amount_granted + 1 WHERE {GRANTED}",
    ),
    "Le conseil vote après la décision": (
        "actions_deliberation",
        "UPDATE actions_deliberation SET recorded_at = recorded_at + interval '1 year'",
    ),
    "Un avenant est confirmé par une autre personne": (
        "actions_amendment",
        "UPDATE actions_amendment SET proposed_at = confirmed_at + interval '1 day'",
    ),
    "Une séance s’ouvre à sa date": (
        "actions_committeesession",
        "UPDATE actions_committeesession SET opened_at = opened_at - interval '1 day'",
    ),
    "Une évaluation est rendue entre l’admission et la clôture": (
        "actions_evaluation",
        "UPDATE actions_evaluation SET sent_at = sent_at + interval '1 year'",
    ),
    "Fait dans l’avenir : actions_recusal.declared_at": (
        "actions_recusal",
        "UPDATE actions_recusal SET declared_at = now() + interval '1 day'",
    ),
    "Contrainte non respectée : fresh": (
        "actions_decision",
        "ALTER TABLE actions_decision ADD CONSTRAINT fresh CHECK (amount < 0) NOT VALID",
    ),
}


def test_each_check_is_tried_below():
    assert {
        check.sentence for check in CHECKS if not any(map(check.sentence.startswith, BROKEN))
    } == set()


@pytest.mark.parametrize("sentence", BROKEN)
def test_what_is_broken_is_said(demonstration, sentence):
    table, statement = BROKEN[sentence]
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement)
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        found = faults()
    assert [fault for fault in found if fault.startswith(sentence)], found
