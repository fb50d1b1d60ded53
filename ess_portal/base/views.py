"""What lists have in common."""

from collections.abc import Hashable
from functools import partial, wraps
from itertools import chain
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_POST
from django.views.generic import FormView, ListView

from ess_portal.base.address_words import moved
from ess_portal.base.pagination import AskingPaginator
from ess_portal.base.refusals import Refused
from ess_portal.base.search import Highlighter, Words
from ess_portal.base.sent_forms import Answer, answer_once, first_answer


class SearchedListView(ListView):
    """A paginated list with a field for words, in the address.

    Give `search`; templates find `typed` and include `components/_search_field.html`.
    """

    paginate_by = 20

    def get_listed(self):
        """Return everything that the list may show; `queryset` unless the reader matters."""
        return super().get_queryset()

    def get_queryset(self):
        """Keep what answers the words, if there are any."""
        queryset, words = self.get_listed(), Words.of(self.request.GET)
        if not words.typed:
            return queryset
        return self.search(queryset, words) if words else queryset.none()

    def search(self, queryset, words: Words):
        """Return the items of `queryset` that answer `words`."""
        raise NotImplementedError

    def get_context_data(self, **kwargs):
        """Give what was typed, and the query string that pages carry over."""
        typed = Words.of(self.request.GET).typed
        query = urlencode({"q": typed}) if typed else ""
        return super().get_context_data(typed=typed, filter_query=query, **kwargs)


class FilteredListView(ListView):
    """A paginated list whose filters live in the address.

    Give `filterset_class` (a `FacetedFilterSet`), `results_template` (the list and all that changes
    with the filters) and `nouns`; templates find `filter`, `chips`, `filter_query` (the current
    filters as a query string, to carry over to other pages), `results_label` ("3 actions") and
    Django's own pagination. A page that filters as one chooses and types (htmx) gets the results
    alone.
    """

    paginate_by = 20
    filterset_class = None
    cut = None  # how to find the rows of a page, where a slice wouldn't do
    results_template = ""
    nouns = ("", "", "")  # none, one, several: "Aucune action", "action", "actions"

    def get(self, request, *args, **kwargs):
        """Lead an address from before to the one that speaks French."""
        query = self.filterset_class.in_french(request.GET)
        if query != request.GET:
            return moved(request.path, query.urlencode())
        return super().get(request, *args, **kwargs)

    def get_listed(self):
        """Return everything that the list may show; `queryset` unless the reader matters."""
        return super().get_queryset()

    def get_queryset(self):
        """Filter by what the address says; what makes no sense there filters nothing."""
        self.filterset = self.filterset_class(
            self.request.GET,
            listed=self.get_listed,
            shape=self.get_shape(),
            **self.get_filter_options(),
        )
        return SimpleLazyObject(lambda: self.filterset.qs)

    def get_paginator(self, queryset, per_page, **kwargs):
        """Number the pages from the counted choices: they give the total too."""
        between = partial(self.filterset.rows, cut=self.cut)
        return AskingPaginator(per_page, count=self.filterset.total, between=between, **kwargs)

    def get_shape(self) -> Hashable | None:
        """Return all that the SQL of `get_listed` depends on, to compose it once for each; None to
        compose it each time.
        """
        return None

    def get_context_object_name(self, object_list):
        """Call what is listed nothing but `object_list`: asking would compose it."""
        return

    def get_filter_options(self) -> dict:
        """Give what else the filters need to know."""
        return {}

    @property
    def wants_results(self) -> bool:
        """Whether a page stands around the list already (not so when going back to it)."""
        return bool(self.request.htmx) and not self.request.htmx.history_restore_request

    def get_template_names(self):
        """Give the list alone to a page that already stands around it."""
        if self.wants_results:
            return ["components/_list_fragment.html"]
        return [self.template_name]

    def render_to_response(self, context, **response_kwargs):
        """Tell caches that page and list alone share an address."""
        response = super().render_to_response(context, **response_kwargs)
        patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
        if self.wants_results:
            # The address to share: that of the list, without the filters left empty.
            query = f"?{context['filter_query']}" if context["filter_query"] else ""
            response["HX-Replace-Url"] = f"{self.request.path}{query}"
        return response

    def get_context_data(self, **kwargs):
        query = self.request.GET.copy()
        query.pop("page", None)
        for name in [name for name in query if not any(query.getlist(name))]:
            del query[name]
        context = super().get_context_data(
            filter=self.filterset,
            chips=self.filterset.chips(self.request.GET),
            filter_query=query.urlencode(),
            results_template=self.results_template,
            **kwargs,
        )
        self._mark(context["page_obj"])
        label = self._label(context["paginator"].count)
        return context | {
            "results_label": f"Plus de {label}" if self.filterset.there_are_more else label
        }

    def get_searched_texts(self, item) -> tuple[str, ...]:
        """Give the name of an item, then the texts its extract may be taken from."""
        raise NotImplementedError

    def _mark(self, page) -> None:
        """Give the items of a search `marked_name` and `extract`: pieces, some to be marked."""
        if not self.filterset.words:
            return
        texts = {item: self.get_searched_texts(item) for item in page}
        marks = Highlighter(self.filterset.words, list(chain.from_iterable(texts.values())))
        for item, (name, *others) in texts.items():
            item.marked_name = marks.mark(name)
            item.extract = marks.extract(*others) if any(others) else []

    def _label(self, count: int) -> str:
        none, one, several = self.nouns
        return f"{intcomma(count)} {several if count > 1 else one}" if count else none


class RefusableFormView(FormView):
    """A form, or a mere button on a page of its own, whose service may refuse in sentences.

    Give `perform`, `get_success_url` and what is then `said` (nothing when empty). Refusals show
    beside what was typed; what has gone meanwhile answers 404.
    """

    form_class = forms.Form
    said = ""

    def perform(self, form) -> None:
        """Do it. May raise `Refused`; may set what is `said`."""
        raise NotImplementedError

    def form_valid(self, form):
        """Do it and say so, or show why not."""
        try:
            address = self.carry_out(form)
        except Refused as refused:
            return self.show_refusal(form, refused)
        except ObjectDoesNotExist as gone:
            raise Http404 from gone
        if self.said:
            messages.success(self.request, self.said)
        return HttpResponseRedirect(address)

    def carry_out(self, form) -> str:
        """Do it; return where to go next."""
        self.perform(form)
        return self.get_success_url()

    def show_refusal(self, form, refused: Refused):
        """Show why not beside what was typed."""
        add_refusal(form, refused)
        return self.form_invalid(form)


class OnceMixin:
    """A form that makes something, once however often it is sent: its page has `{% form_key %}`.

    In front of a `RefusableFormView` that is all; another view calls `once`.
    """

    @classmethod
    def as_view(cls, **initkwargs):
        """Answer a form that was answered already as it was then, whatever has changed since."""
        view = super().as_view(**initkwargs)

        @wraps(view)
        def answered_once(request, *args, **kwargs):
            if request.method != "POST":
                return view(request, *args, **kwargs)
            if answer := first_answer(request):
                return _redirect(request, answer)
            try:
                response = view(request, *args, **kwargs)
            except (PermissionDenied, Http404):
                # The first of two clicks may have ended while this one was being read.
                if answer := first_answer(request):
                    return _redirect(request, answer)
                raise
            if isinstance(response, HttpResponseRedirect):
                return response
            answer = first_answer(request)
            return _redirect(request, answer) if answer else response

        return answered_once

    def once(self, do):
        """Do it and say so; return the page that follows. May raise `Refused`."""
        return _redirect(self.request, answer_once(self.request, do))

    def carry_out(self, form) -> str:
        """Do it, or remember what the first time led to."""

        def do():
            address = super(OnceMixin, self).carry_out(form)
            return Answer(address, self.said)

        answer = answer_once(self.request, do)
        self.said = answer.said
        return answer.address


def _redirect(request, answer: Answer):
    if answer.said:
        messages.success(request, answer.said)
    return HttpResponseRedirect(answer.address)


class RefusableButtonView(RefusableFormView):
    """A button on another page: what is refused is said above that page.

    Asked in any other way than by POST it answers 405, whoever asks.
    """

    @classmethod
    def as_view(cls, **initkwargs):
        """Refuse other methods before anything is looked for."""
        return require_POST(super().as_view(**initkwargs))

    def show_refusal(self, form, refused: Refused):
        """Say why not, on the page that the button stands on."""
        for reason in refused.reasons:
            messages.error(self.request, reason)
        return HttpResponseRedirect(self.get_success_url())


def add_refusal(form, refused: Refused, field: str | None = None) -> None:
    """Put what was refused beside `field`, or beside the fields it is about; else above the form.

    What is wrong with a column that the form doesn't ask about is said above it.
    """
    if field is None and refused.by_field and set(refused.by_field) <= set(form.fields):
        for name, sentences in refused.by_field.items():
            form.add_error(name, sentences)
    else:
        form.add_error(field, refused.reasons)
