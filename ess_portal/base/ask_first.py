"""One page for the whole portal that asks before something is taken away, and says what follows."""

from dataclasses import dataclass

from ess_portal.base.views import OnceMixin, RefusableFormView


@dataclass(frozen=True)
class Question:
    """All that the page says: it is drawn without another word.

    `consequence` says who is told and what is kept. `crumbs` are (words, address), the nearest
    last; `obstacle` says why it can't be done now: no button then.
    """

    title: str
    consequence: str
    act: str
    keep: str
    back: str
    crumbs: tuple[tuple[str, str], ...] = ()
    about: str = ""
    obstacle: str = ""


class AskFirstView(OnceMixin, RefusableFormView):
    """Ask, then do it once. Give `get_question`, `perform`, `get_success_url` and `said`.

    A `form_class` with fields asks for them on the same page.
    """

    template_name = "ask_first.html"

    def get_question(self) -> Question:
        """Return what is asked of this very thing."""
        raise NotImplementedError

    def get_context_data(self, **kwargs):
        return super().get_context_data(question=self.get_question(), **kwargs)
