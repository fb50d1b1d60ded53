"""The search over everything a person may read: actions, actors, the programme, the pages."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Sum, Window
from django.urls import reverse

from actions.committee.queries.finding import found_in
from actions.models import Action, ActionCount
from actors.models import Commune, Organisation
from challenges.models import Challenge, Measure
from ess_portal.base.arrays import is_any_of
from ess_portal.base.folding import folded_words
from ess_portal.base.search import Highlighter, Pieces, Words
from ess_portal.pages.static_page_index import matching_sections

SHOWN = 5
LISTS = {"action": "actions:list", "organisation": "actors:organisation_list"}
NOUNS = {"action": ("action", "actions"), "organisation": ("acteur", "acteurs")}


@dataclass
class Result:
    """One thing found. `texts` are what the extract may be taken from, best first."""

    url: str
    name: str
    texts: tuple[str, ...] = ()
    context: str = ""
    item: Any = None
    title: Pieces = field(default_factory=list)
    extract: Pieces = field(default_factory=list)


@dataclass(frozen=True)
class Group:
    """What was found of one kind: the best results, how many there are, where the others are.

    When `there_are_more`, the results are the latest, and more than `count` would answer.
    """

    kind: str
    title: str
    results: list[Result]
    count: int
    more_url: str = ""
    there_are_more: bool = False


def search(words: Words, user) -> list[Group]:
    """Return what answers `words`, by kind, with the words marked; kinds without any left out."""
    groups = [
        _actions(words, user),
        _organisations(words),
        _communes(words, user),
        _programme(words),
        _pages(words),
    ]
    found = [group for group in groups if group.count]
    results = [result for group in found for result in group.results]
    marks = Highlighter(words, [text for r in results for text in (r.name, *r.texts)])
    for result in results:
        result.title = marks.mark(result.name)
        result.extract = marks.extract(*result.texts) if any(result.texts) else []
    return found


def _actions(words: Words, user) -> Group:
    listed = Action.objects.visible_to(user).filter(reference__isnull=False)
    found = found_in(listed, words, user)
    shown = found.keys[:SHOWN]
    rows = {row.pk: row for row in Action.objects.filter(is_any_of("pk", shown)).for_table()}

    def result(action: Action) -> Result:
        # Of an action known in brief, nothing but title and carrier.
        texts = () if action.is_public_brief else (action.summary, action.description)
        context = f"{action.reference} · {action.carrier_label}".removesuffix(" · ")
        return Result(action.get_absolute_url(), action.title, texts, context, action)

    return Group(
        "action",
        "Actions",
        [result(rows[key]) for key in shown if key in rows],
        len(found.answers),
        _more_url("action", words, len(found.answers)),
        found.there_are_more,
    )


def _organisations(words: Words) -> Group:
    queryset = Organisation.objects.published().filter(search=words.all())
    queryset = queryset.select_related("commune")

    def result(organisation: Organisation) -> Result:
        facts = (organisation.get_family_display(), organisation.commune)
        texts = (organisation.description, organisation.activity, organisation.key_figures)
        context = " · ".join(str(fact) for fact in facts if fact)
        return Result(organisation.get_absolute_url(), organisation.name, texts, context)

    rows: list[Any] = list(
        queryset.annotate(found=Window(Count("*"))).order_by(words.rank.desc(), F("pk").desc())[
            :SHOWN
        ]
    )
    count = rows[0].found if rows else 0
    more_url = _more_url("organisation", words, count)
    return Group("organisation", "Acteurs", [result(row) for row in rows], count, more_url)


def _communes(words: Words, user) -> Group:
    """The communes with such a name, and what is done there: few enough to be all read."""
    named = [commune for commune in Commune.objects.all() if _is_named(commune, words)]
    organisations = Organisation.objects.published()
    results = [
        result
        for commune in named
        for result in (
            _in_commune(commune, "action", _actions_in(commune, user)),
            _in_commune(commune, "organisation", organisations.filter(commune=commune).count()),
        )
        if result
    ]
    return Group("commune", "Communes", results, len(results))


def _is_named(commune: Commune, words: Words) -> bool:
    name = folded_words(commune.name)
    return all(any(part.startswith(word) for part in name) for word in words.folded)


def _actions_in(commune: Commune, user) -> int:
    """How many actions take place there: of one known in brief, nobody tells the place."""
    counts = ActionCount.objects.seen_by(user, brief=False)
    seen = counts.filter(commune=commune.pk, sector=0).aggregate(total=Sum("actions"))["total"] or 0
    besides = Action.objects.seen_besides(user, brief=False)
    return seen + besides.filter(reference__isnull=False, communes=commune).count()


def _in_commune(commune: Commune, kind: str, count: int) -> Result | None:
    one, several = NOUNS[kind]
    address = f"{reverse(LISTS[kind])}?{urlencode({'commune': commune.insee_code})}"
    context = f"{count} {several if count > 1 else one}"
    return Result(address, commune.name, context=context) if count else None


def _programme(words: Words) -> Group:
    """Challenges and measures: few enough to be all given."""
    challenges = Challenge.objects.of_current_programme().filter(search=words.all())
    measures = Measure.objects.of_current_programme().filter(search=words.all())
    results = [
        *(Result(c.get_absolute_url(), c.title, context=f"Défi {c.number}") for c in challenges),
        *(
            Result(m.get_absolute_url(), m.title, (m.note,), context=f"Mesure {m.code}")
            for m in measures
        ),
    ]
    return Group("programme", "Défis et mesures", results, len(results))


def _pages(words: Words) -> Group:
    sections = matching_sections(words, SHOWN)
    results = [
        Result(p.url, p.title, (p.text,), "" if p.page == p.title else p.page) for p in sections
    ]
    return Group("page", "Pages du portail", results, len(results))


def _more_url(kind: str, words: Words, count: int) -> str:
    """Where the others are, when there are more than are shown."""
    return f"{reverse(LISTS[kind])}?{urlencode({'q': words.typed})}" if count > SHOWN else ""
