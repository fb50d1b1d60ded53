"""Messages of the contact page."""

from urllib.parse import quote, urlencode

from django.contrib import admin
from django.utils.html import format_html

from ess_portal.base.admin import PortalModelAdmin, titled
from ess_portal.pages.models import ContactMessage


@admin.register(ContactMessage)
class ContactMessageAdmin(PortalModelAdmin):
    """Read, answer, note it and tick it."""

    list_display = ("subject", "name", "email", "created_at", "answered")
    list_filter = (("answered", titled(admin.BooleanFieldListFilter, "réponse donnée")),)
    search_fields = ("subject", "name", "email")
    readonly_fields = ("name", "answer", "subject", "message", "created_at")
    fields = (*readonly_fields, "answered", "note")

    @admin.display(description="répondre à")
    def answer(self, message):
        """The address, as a link that begins an answer."""
        asked = urlencode({"subject": f"Re : {message.subject}"}, quote_via=quote)
        address = quote(message.email, safe="@")
        return format_html('<a href="mailto:{}?{}">{}</a>', address, asked, message.email)

    def has_add_permission(self, request):
        """Messages come from the contact page."""
        return False
