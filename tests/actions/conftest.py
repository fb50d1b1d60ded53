"""What most tests of actions start from, made once for those of a module in a row.

A test says which with `@starts_from`, or with a parametrisation that is indirect.
"""

from tests.plugins.prepared import prepared
from tests.support.factories import OrganisationFactory, Story, story_in
from tests.support.sessions import HeldSession, closed

SITTINGS = {
    "empty": lambda: HeldSession(stories=[]),
    "prepared": HeldSession,
    "prepared for two actions": lambda: HeldSession(actions=2),
    "open": lambda: HeldSession().opened(),
    "open on two actions": lambda: HeldSession(actions=2).opened(),
    "closed": closed,
}


@prepared
def story(param: str) -> Story:
    """The story of an action in some status, or further: `admitted`, `declared`."""
    match param:
        case "admitted":  # without evaluators yet
            return Story().in_evaluation(assign=False)
        case "declared":  # its evaluators have no interest in it
            return Story().in_evaluation().declare()
        case "scored with a partner":
            return Story(partners=[OrganisationFactory()]).scored()
        case _:
            return story_in(param)


@prepared
def sitting(param: str) -> HeldSession:
    """A session of the committee, about one action unless `param` says otherwise."""
    return SITTINGS[param]()
