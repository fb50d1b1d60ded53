"""`manage.py migrate` draws no model again for a trigger."""

from django.db import models
from django.db.migrations.state import ModelState, ProjectState
from pgtrigger import Delete, Protect
from pgtrigger.migrations import AddTrigger, RemoveTrigger

from ess_portal.base.management.commands.migrate import drawing_nothing_for

TRIGGER = Protect(name="kept", operation=Delete)
ADD, REMOVE = AddTrigger("thing", TRIGGER), RemoveTrigger("thing", "kept")


def drawn() -> ProjectState:
    """The state of one model of which a class was made."""
    state = ProjectState()
    state.add_model(ModelState("base", "Thing", [("id", models.AutoField(primary_key=True))]))
    assert state.apps.get_model("base", "thing")
    return state


def triggers(state: ProjectState) -> list[Protect]:
    return state.models["base", "thing"].options["triggers"]


def test_the_state_knows_the_trigger_and_the_class_stays():
    state = drawn()
    before = state.apps.get_model("base", "thing")

    with drawing_nothing_for(AddTrigger), drawing_nothing_for(RemoveTrigger):
        ADD.state_forwards("base", state)
        assert triggers(state) == [TRIGGER]
        REMOVE.state_forwards("base", state)

    assert triggers(state) == []
    assert state.apps.get_model("base", "thing") is before


def test_what_comes_next_is_drawn_with_it():
    state = drawn()
    with drawing_nothing_for(AddTrigger):
        ADD.state_forwards("base", state)

    state.add_field("base", "thing", "name", models.TextField(default=""), preserve_default=True)

    made = state.apps.get_model("base", "thing")
    assert [field.name for field in made._meta.fields] == ["id", "name"]
    assert made._meta.triggers == [TRIGGER]


def test_the_operation_is_itself_again_afterwards():
    state = drawn()
    before = state.apps.get_model("base", "thing")
    with drawing_nothing_for(AddTrigger):
        pass

    ADD.state_forwards("base", state)

    assert state.apps.get_model("base", "thing") is not before
