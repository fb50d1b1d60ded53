"""Folding, words, ranking, marking: as people type, as PostgreSQL finds."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.models import Action
from actors.models import Organisation
from ess_portal.base.folding import fold, folded_words
from ess_portal.base.search import EXTRACT_LENGTH, Highlighter, Words
from ess_portal.pages.static_page_index import sections
from tests.support.factories import OrganisationFactory

pytestmark = pytest.mark.django_db


def sql(expression: str, *values):
    """What PostgreSQL makes of it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {expression}", values)
        return cursor.fetchone()[0]


def found(typed: str) -> list[str]:
    """The organisations that answer, best first."""
    words = Words(typed)
    answers = Organisation.objects.filter(search=words.all()).order_by(words.rank.desc(), "name")
    return [organisation.name for organisation in answers]


def joined(pieces) -> str:
    """Pieces as text, what is marked between brackets."""
    return "".join(f"[{text}]" if marked else text for text, marked in pieces)


class TestFolding:
    @given(text=st.text("abeuxslijot ÉÈàâçœŒæïôüŸñ ’'-3_%&|!:*()\\", max_size=40))
    @settings(max_examples=100, deadline=None)
    def test_is_the_same_in_python_and_in_sql(self, text):
        plain = "".join(c if c.isalnum() else " " for c in fold(text))
        assert sql("base_fold(%s)", text).split() == plain.split()

    def test_spells_out_ligatures(self):
        assert fold("Cœur, Œuvre, Lætitia") == "coeur, oeuvre, laetitia"

    @pytest.mark.parametrize(
        ("plural", "singular"),
        [
            ("Boulangers", "boulanger"),
            ("travaux", "travail"),
            ("locaux", "local"),
            ("bureaux", "bureau"),
            ("tiers-lieux", "tier-lieu"),
            ("les prix des dons aux lauréats", "les prix des dons aux laureat"),
        ],
    )
    def test_takes_plurals_away(self, plural, singular):
        assert fold(plural) == singular


class TestWords:
    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ("Épicerie solidaire", ("epicerie", "solidaire")),
            ("l’économie", ("economie",)),
            ("mesure 3", ("mesure", "3")),
            ("a", ()),
            ("ab & cd | !ef:*", ("ab", "cd", "ef")),
            ("%_'\\", ()),
            ("", ()),
            (" ".join(["mot"] * 50), ("mot",) * 10),
        ],
    )
    def test_are_what_can_be_looked_for(self, typed, words):
        assert Words(typed).folded == words
        assert bool(Words(typed)) is bool(words)


class TestFinding:
    @pytest.fixture(autouse=True)
    def organisations(self):
        """Three organisations that hold the same words in different places."""
        OrganisationFactory(name="Épicerie des Vergnes", description="Des produits locaux.")
        OrganisationFactory(name="Le Panier", activity="Épiceries solidaires")
        OrganisationFactory(name="Cœur de ville", description="Elle aide une épicerie d’économie.")

    @pytest.mark.parametrize(
        ("typed", "names"),
        [
            ("epicerie", ["Épicerie des Vergnes", "Le Panier", "Cœur de ville"]),
            ("ÉPICERIES", ["Épicerie des Vergnes", "Le Panier", "Cœur de ville"]),
            ("epic", ["Épicerie des Vergnes", "Le Panier", "Cœur de ville"]),
            ("econom", ["Cœur de ville"]),
            ("l'économie", ["Cœur de ville"]),
            ("coeur", ["Cœur de ville"]),
            ("produit local", ["Épicerie des Vergnes"]),
            ("épicerie solidaire", ["Le Panier"]),
            ("vergnes panier", []),
        ],
    )
    def test_ignores_accents_case_and_endings_and_ranks_names_first(self, typed, names):
        assert found(typed) == names

    def test_follows_what_raw_sql_writes(self):
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE actors_organisation SET name = 'Brasserie' WHERE name LIKE 'Le %'"
            )
        assert found("brasserie") == ["Brasserie"]
        assert found("panier") == []

    def test_the_vector_is_never_read(self):
        assert [row.search for row in Organisation.objects.all()] == [None, None, None]

    def test_an_index_serves_it(self):
        """As lists ask, when reading everything isn't cheaper: on three rows it is."""
        words = Words("epicerie")
        found = {
            "actors_organisation_search": Organisation.objects.filter(search=words.all()),
            "actions_action_search": Action.objects.matching(words, AnonymousUser()),
        }
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
            plans = {name: queryset.order_by().explain() for name, queryset in found.items()}
        assert [name for name, plan in plans.items() if f"on {name}" not in plan] == []


class TestHighlighter:
    def test_marks_what_postgresql_found_whatever_its_ending(self):
        texts = ["Épiceries et potagers", "L’économie sociale"]
        marks = Highlighter(Words("epicerie potager econom"), texts)
        assert [joined(marks.mark(text)) for text in texts] == [
            "[Épiceries] et [potagers]",
            "L’[économie] sociale",
        ]

    def test_a_word_is_found_by_its_first_two_letters(self):
        texts = " ".join(section.text for section in sections())
        words = sorted(set(folded_words(texts)))
        assert len(words) > 500
        lexemes = sql(
            "array_agg(ARRAY[word, lexeme]) FROM unnest(%s::text[]) AS word,"
            " unnest(tsvector_to_array(to_tsvector('french', word))) AS lexeme",
            words,
        )
        assert [(word, lexeme) for word, lexeme in lexemes if word[:2] != lexeme[:2]] == []

    def test_without_words_marks_nothing(self):
        marks = Highlighter(Words("%"), ["Un texte"])
        assert marks.mark("Un texte") == [("Un texte", False)]

    def test_extract_is_cut_around_the_first_word_found(self):
        text = "avant " * 60 + "le potager partagé " + "après " * 60
        marks = Highlighter(Words("potagers"), [text])
        extract = joined(marks.extract("rien ici", text))
        assert extract.startswith("… avant ")
        assert extract.endswith(" après …")
        assert "le [potager] partagé" in extract
        assert len(extract) <= EXTRACT_LENGTH + len("… [] …")

    def test_extract_without_any_is_the_beginning(self):
        marks = Highlighter(Words("absent"), ["", "Un\ntexte court"])
        assert marks.extract("", "Un\ntexte court") == [("Un texte court", False)]
        assert marks.extract("") == []
