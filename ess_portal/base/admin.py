"""The outbox, as staff read it; and what admin pages of rules-bound models share."""

from django.contrib import admin
from django.utils import timezone

from ess_portal.base.french import plural
from ess_portal.base.models import OutgoingMail


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that are only looked at: the workflow writes them."""

    def has_add_permission(self, request):
        """Nobody adds here."""
        return False

    def has_change_permission(self, request, obj=None):
        """Nobody changes here."""
        return False

    def has_delete_permission(self, request, obj=None):
        """Nobody deletes here."""
        return False


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ReadOnlyAdmin):
    """Mails waiting, sent or failing; failing ones can be tried again at once."""

    list_display = ("subject", "recipient", "created_at", "sent_at", "attempts", "last_error")
    list_filter = (("sent_at", admin.EmptyFieldListFilter),)
    search_fields = ("recipient", "subject")
    date_hierarchy = "created_at"
    actions = ("try_again",)

    def get_fields(self, request, obj=None):
        """Leave out the text of secret mails: a sign-in code is its reader's alone."""
        fields = ["recipient", "subject", "created_at", "sent_at", "attempts"]
        fields += ["next_attempt_at", "last_error"]
        return fields if obj is not None and obj.secret else [*fields, "body"]

    @admin.action(description="Réessayer maintenant", permissions=["view"])
    def try_again(self, request, queryset):
        """Make the chosen unsent mails due."""
        number = queryset.filter(sent_at=None).update(next_attempt_at=timezone.now())
        s = plural(number)
        will = "seront réessayés" if s else "sera réessayé"
        self.message_user(request, f"{number} courriel{s} {will} dans un instant.")
