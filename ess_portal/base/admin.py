"""The outbox, as staff read it; and what admin pages of rules-bound models share."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import get_fields_from_path
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import SuspiciousOperation
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.forms.models import _get_foreign_key
from django.http import Http404, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.text import capfirst
from psycopg.errors import UniqueViolation

from ess_portal.base.admin_keys import RelatedRowsMixin, refuse_other_than_keys
from ess_portal.base.french import euros, plural
from ess_portal.base.models import AccessRecord, OutgoingMail, SearchSynonyms
from ess_portal.base.triggers import refusal_sentence

EMPTY = "–"
MOST_ROWS = 200
DATE_PARTS = ("year", "month", "day")


def said(model: type[Model], name: str, say: Callable[[Decimal], str] = euros) -> Callable:
    """Return a column of a list, or of a page that only shows it, for a number as `say` writes it.

    Django writes amounts « 28000,00 ».
    """
    field = model._meta.get_field(name)

    @admin.display(description=field.verbose_name, ordering=name)
    def shown(row) -> str:
        value = getattr(row, name)
        return EMPTY if value is None else say(value)

    shown.__name__ = name
    return shown


def titled(kind: type[admin.FieldListFilter], title: str) -> type[admin.FieldListFilter]:
    """Return a filter of this kind under a title of its own, which no column's name makes: « Par
    répondu ».
    """

    class Titled(kind):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.title = title

    return Titled


class PortalModelAdmin(RelatedRowsMixin, admin.ModelAdmin):
    """What every page of the administration is: a list answers to its declared filters alone.

    Django's own lets the address of a list ask anything of any column (`?body__regex=…`), and so
    tells, letter by letter, what no page shows.

    A list of wide rows names in `list_columns` those it reads; the others read all.
    """

    list_columns: tuple[str, ...] = ()

    def lookup_allowed(self, lookup, value, request=None):
        """Accept what a filter of the list or its dates would ask, and nothing else (400)."""
        return lookup in self._declared_lookups(request)

    def changeform_view(self, request, *args, **kwargs):
        """Say on the page itself why the database refused a row, of another's page too: two people
        wrote at once, or somebody sent what no browser would.
        """
        try:
            return super().changeform_view(request, *args, **kwargs)
        except IntegrityError as error:
            request.refused_row = refusal_sentence(error)
            # Of two alike at one instant, the form itself finds the first, now that it is there.
            is_a_twin = isinstance(error.__cause__, UniqueViolation)
            if request.refused_row is None and not is_a_twin:
                raise
            return super().changeform_view(request, *args, **kwargs)

    def get_form(self, request, *args, **kwargs):
        """Make a form that says what the database has just refused."""
        form = super().get_form(request, *args, **kwargs)
        sentence = getattr(request, "refused_row", None)
        return (
            form if sentence is None else type(form.__name__, (_Refused, form), {"why": sentence})
        )

    def get_changelist(self, request, **kwargs):
        return PortalChangeList

    def render_change_form(self, request, context, *args, add=False, obj=None, **kwargs):
        """Name the page as one speaks: Django says « Modification de action »."""
        name = str(self.opts.verbose_name)
        context["title"] = f"Ajouter : {name}" if add else f"{name.capitalize()} : {obj}"
        return super().render_change_form(request, context, *args, add=add, obj=obj, **kwargs)

    def response_action(self, request, queryset):
        """Act on rows, as their keys say; anything else chosen is refused (400)."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        refuse_other_than_keys(self.opts.pk, chosen)
        return super().response_action(request, queryset)

    def _declared_lookups(self, request) -> set[str]:
        dates = self.date_hierarchy
        found = {f"{dates}__{part}" for part in DATE_PARTS if dates}
        for declared in self.get_list_filter(request):
            field = declared[0] if isinstance(declared, tuple) else declared
            if isinstance(field, str):
                found |= {f"{field}__{word}" for word in self._words_of(field)}
            else:  # a filter of ours
                found.add(field.parameter_name)
        return found

    def _words_of(self, field: str) -> tuple[str, ...]:
        """Return how Django's filters ask about a column, or about what it leads to."""
        *_, last = get_fields_from_path(self.model, field)
        if last.is_relation:
            return (f"{last.target_field.name}__exact", "isnull")
        return ("exact", "isnull", "isempty")


class _Refused:
    """A form that is right by itself, and that the database refused."""

    why = ""

    def clean(self):
        self.add_error(None, self.why)
        return super().clean()


class BoundedInline(RelatedRowsMixin, admin.StackedInline):
    """Rows on the page of another: as many forms as a person fills in, whatever is asked for."""

    extra = 0

    def get_max_num(self, request, obj=None, **kwargs):
        return self.max_num if self.max_num is not None else MOST_ROWS

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Django's heads put a colon right after it: "Critère: #1".
        self.verbose_name = f"{self.verbose_name}\u00a0"

    def get_formset(self, request, obj=None, **kwargs):
        """Bound them: two thousand, which Django takes, cost twenty seconds; two hundred where one
        is all there can be, ten.
        """
        is_alone = _get_foreign_key(self.parent_model, self.model, fk_name=self.fk_name).unique
        most = 1 if is_alone else MOST_ROWS
        return super().get_formset(request, obj, absolute_max=most, **kwargs)


class PortalChangeList(ChangeList):
    """A list that answers 400 to what makes no sense, instead of an error of ours, and is named as
    one speaks: Django says « Sélectionnez l’objet action à changer ».
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_popup:
            self.title = capfirst(self.opts.verbose_name_plural)

    def get_queryset(self, request, exclude_parameters=None):
        queryset = super().get_queryset(request, exclude_parameters)
        return queryset.only(*self.model_admin.list_columns)  # of nothing: every column

    def get_filters(self, request):
        if dates := self.date_hierarchy:
            typed = [self.get_filters_params().get(f"{dates}__{part}") for part in DATE_PARTS]
            _refuse_nonsense([value[-1] for value in typed if value])
        return super().get_filters(request)


def _refuse_nonsense(parts: list[str]) -> None:
    """Raise `SuspiciousOperation` unless year, month and day, as far as given, make a date, and a
    next year is known: Django looks for what comes before it.
    """
    try:
        year, month, day = [*map(int, parts), *(1,) * (3 - len(parts))]
        date(year + 1, 1, 1)
        date(year, month, day)
    except (ValueError, OverflowError) as error:
        raise SuspiciousOperation("no such date") from error


class ReadOnlyAdmin(PortalModelAdmin):
    """Rows that are only looked at: the workflow writes them."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class TellsRefusals(PortalModelAdmin):
    """Rows that the database may refuse to let go: a sentence says why, and nothing is deleted."""

    def delete_view(self, request, object_id, extra_context=None):
        """Say why a row stays, on its own page."""
        try:
            with transaction.atomic():
                return super().delete_view(request, object_id, extra_context)
        except IntegrityError as error:
            name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
            page = reverse(name, args=[object_id])
            return self._told(request, error, page)

    def changelist_view(self, request, extra_context=None):
        """Say why rows chosen in the list stay."""
        if request.method != "POST":
            return super().changelist_view(request, extra_context)
        try:
            with transaction.atomic():
                return super().changelist_view(request, extra_context)
        except IntegrityError as error:
            return self._told(request, error, request.get_full_path())

    def _told(self, request, error, page):
        sentence = refusal_sentence(error)
        if sentence is None:
            raise error
        self.message_user(request, sentence, messages.ERROR)
        return HttpResponseRedirect(page)


class StateFilter(admin.SimpleListFilter):
    """Where mails are; what fails comes first."""

    title = "état"
    parameter_name = "etat"

    def lookups(self, request, model_admin):
        """Name each state as the column does."""
        return (
            ("echec", "en échec"),
            ("abandonne", "abandonné"),
            ("attente", "en attente"),
            ("envoye", "envoyé"),
        )

    def queryset(self, request, queryset):
        return {
            "echec": queryset.failing,
            "abandonne": queryset.given_up,
            "attente": lambda: queryset.waiting().filter(attempts=0),
            "envoye": lambda: queryset.filter(sent_at__isnull=False),
        }.get(self.value(), lambda: queryset)()


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ReadOnlyAdmin):
    """Mails waiting, sent, failing or given up; those that failed can be tried again at once."""

    list_display = (
        "subject",
        "recipient",
        "state",
        "created_at",
        "attempts",
        "next_try",
        "last_error",
    )
    list_filter = (StateFilter,)
    search_fields = ("recipient", "subject")
    date_hierarchy = "created_at"
    actions = ("try_again",)

    def get_fields(self, request, obj=None):
        """Leave out the text of secret mails: a sign-in code is its reader's alone."""
        fields = ["recipient", "subject", "state", "created_at", "sent_at", "attempts"]
        fields += ["next_try", "last_error", "pace", "attachment_name"]
        return fields if obj is not None and obj.secret else [*fields, "body"]

    @admin.display(description="état")
    def state(self, mail):
        return mail.state

    @admin.display(description="prochain essai", ordering="next_attempt_at")
    def next_try(self, mail):
        """When it will be tried, if it will."""
        return None if mail.sent_at or mail.given_up_at else mail.next_attempt_at

    @admin.action(description="Réessayer maintenant", permissions=["view"])
    def try_again(self, request, queryset):
        """Make the chosen mails that failed due."""
        self._say(request, queryset.try_again())

    def get_urls(self):
        again = path(
            "<int:pk>/reessayer/",
            self.admin_site.admin_view(self.try_one_again),
            name="base_outgoingmail_try_again",
        )
        return [again, *super().get_urls()]

    def try_one_again(self, request, pk):
        """Make one mail that failed due."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        chosen = self.get_queryset(request).filter(pk=pk)
        if not chosen.exists():
            raise Http404
        self._say(request, chosen.try_again())
        return HttpResponseRedirect(reverse("admin:base_outgoingmail_change", args=[pk]))

    def _say(self, request, number):
        s = plural(number)
        will = "seront réessayés" if s else "sera réessayé"
        self.message_user(request, f"{number} courriel{s} {will} dans un instant.")


@admin.register(AccessRecord)
class AccessRecordAdmin(ReadOnlyAdmin):
    """The register of accesses."""

    list_display = ("at", "kind", "person", "subject")
    list_filter = ("kind",)
    search_fields = ("subject", "person")
    date_hierarchy = "at"


@admin.register(SearchSynonyms)
class SearchSynonymsAdmin(PortalModelAdmin):
    """The words that the search takes for one another."""

    list_display = ("words",)
    search_fields = ("words",)
