"""Keys that the administration reads from a form or an address: nonsense is no key.

Django's own forms answer an error 500 to "NaN" in the place of a row.
"""

from collections.abc import Iterable

from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied, SuspiciousOperation, ValidationError
from django.db import models


def is_key(field: models.Field, typed: object) -> bool:
    """Return whether `typed` can be a value of the column `field`, of a row or of none."""
    try:
        field.to_python(typed)
    except ValidationError:
        return False
    return True


def refuse_other_than_keys(field: models.Field, typed: Iterable[str]) -> None:
    """Raise `SuspiciousOperation` (400) unless each of `typed` can be a value of `field`."""
    if not all(is_key(field, one) for one in typed):
        raise SuspiciousOperation("no such key")


class RelatedRowSelect(AutocompleteSelect):
    """A row chosen by completing its name; what can't be its key is shown as nothing chosen."""

    def optgroups(self, name, value, attr=None):
        target = self.field.target_field
        return super().optgroups(name, [one for one in value if is_key(target, one)], attr)


class RelatedRowsMixin(admin.options.BaseModelAdmin):
    """Forms in which a row of another table is chosen, whatever is posted or asked for."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if "widget" not in kwargs and db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = RelatedRowSelect(
                db_field, self.admin_site, using=kwargs.get("using")
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class RelatedRowsView(AutocompleteJsonView):
    """What completes a name: asked about a column of the row itself."""

    def process_request(self, request):
        """Refuse (403) a relation that another table holds."""
        term, model_admin, source_field, to_field_name = super().process_request(request)
        if source_field.auto_created:
            raise PermissionDenied
        return term, model_admin, source_field, to_field_name
