"""Each act of the agglomeration says what it leads to."""

from actions.workflow import RULES
from actions.workflow.consequences import CONSEQUENCES
from actions.workflow.table import MANAGER, MEMBER


def test_every_transition_of_staff_says_what_it_leads_to():
    of_staff = {rule.transition for rule in RULES if rule.who not in (MEMBER, MANAGER)}
    assert set(CONSEQUENCES) == of_staff


def test_what_two_people_decide_says_that_nothing_changes_before():
    said = {rule.transition for rule in RULES if rule.takes_two and rule.who.startswith("deux")}
    # An agent alone may refuse what was never evaluated.
    alone = {rule.transition for rule in RULES if not rule.takes_two}
    assert [kind for kind in said - alone if "Rien ne change avant" not in CONSEQUENCES[kind]] == []
