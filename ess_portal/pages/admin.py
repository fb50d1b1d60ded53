"""Messages of the contact page."""

from urllib.parse import quote, urlencode

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.html import format_html

from ess_portal.base.admin import PortalModelAdmin, titled
from ess_portal.base.windows import fingerprint
from ess_portal.pages.models import ContactMessage

HOW_TO_ANSWER = (
    "Ce lien ouvre un courriel dans votre propre logiciel de messagerie\u00a0: la réponse part de "
    "votre adresse, et le portail n’en garde rien. Une fois envoyée, cochez «\u00a0Répondu\u00a0» "
    "et notez ci-dessous ce que vous avez répondu."
)
NOTHING = "(rien)"


def _noted(message: ContactMessage) -> str:
    return fingerprint({"answered": message.answered, "note": message.note})


class NoteForm(forms.ModelForm):
    """What agents note of a message; an older page overwrites nothing before it is told."""

    shown = forms.CharField(widget=forms.HiddenInput, required=False, max_length=100)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["shown"].initial = _noted(self.instance)

    def clean(self):
        """Compare what the page showed with what is kept, which waits until this is written."""
        cleaned = super().clean()
        kept = ContactMessage.objects.select_for_update().get(pk=self.instance.pk)
        typed = (cleaned.get("answered"), cleaned.get("note"))
        # Sent twice, a form finds its own work.
        if cleaned.get("shown") != _noted(kept) and typed != (kept.answered, kept.note):
            self.data = self.data.copy()
            self.data[self.add_prefix("shown")] = _noted(kept)
            raise ValidationError(
                "Ce message a été noté depuis que vous avez ouvert cette page, par une autre "
                "personne ou dans une autre fenêtre\u00a0: rien n’a été écrasé. La note "
                f"enregistrée est\u00a0: «\u00a0{kept.note or NOTHING}\u00a0» "
                f"({'répondu' if kept.answered else 'pas encore répondu'}). Complétez la vôtre, "
                "puis enregistrez de nouveau\u00a0: elle remplacera l’autre."
            )
        return cleaned


@admin.register(ContactMessage)
class ContactMessageAdmin(PortalModelAdmin):
    """Read, answer, note it and tick it."""

    form = NoteForm
    list_display = ("subject", "name", "email", "created_at", "answered")
    list_filter = (("answered", titled(admin.BooleanFieldListFilter, "réponse donnée")),)
    search_fields = ("subject", "name", "email")
    readonly_fields = ("name", "answer", "subject", "message", "created_at")
    fields = (*readonly_fields, "answered", "note", "shown")

    @admin.display(description="répondre à")
    def answer(self, message):
        """The address, as a link that begins an answer."""
        asked = urlencode({"subject": f"Re : {message.subject}"}, quote_via=quote)
        address = quote(message.email, safe="@")
        return format_html(
            '<a href="mailto:{}?{}">{}</a><br>{}',
            address,
            asked,
            message.email,
            HOW_TO_ANSWER,
        )

    def has_add_permission(self, request):
        """Messages come from the contact page."""
        return False
