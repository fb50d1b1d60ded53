"""Messages of the contact page."""

from django.contrib import admin

from ess_portal.base.admin import PortalModelAdmin
from ess_portal.pages.models import ContactMessage


@admin.register(ContactMessage)
class ContactMessageAdmin(PortalModelAdmin):
    """Read, and tick when answered."""

    list_display = ("subject", "name", "email", "created_at", "answered")
    list_filter = ("answered",)
    search_fields = ("subject", "name", "email")
    readonly_fields = ("name", "email", "subject", "message", "created_at")

    def has_add_permission(self, request):
        """Messages come from the contact page."""
        return False
