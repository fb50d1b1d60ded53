"""Forms of the roof's own pages."""

from django import forms

from ess_portal.base.mailboxes import mailbox
from ess_portal.pages.models import ContactMessage


class ContactForm(forms.ModelForm):
    """A message to the agglomeration."""

    # A field people don't see: robots that fill everything in give themselves away.
    website = forms.CharField(required=False, label="Laissez ce champ vide", max_length=200)

    class Meta:
        model = ContactMessage
        fields = ("name", "email", "subject", "message")
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "message": forms.Textarea(attrs={"rows": 8}),
        }
        help_texts = {"email": "Pour vous répondre. Exemple : prenom.nom@exemple.fr"}

    def clean_email(self):
        """Know the mailbox however it is typed: it stands in the headers of our mail."""
        return mailbox(self.cleaned_data["email"])

    def clean_website(self):
        """Refuse what a robot filled in."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError("Ce champ doit rester vide : effacez-le pour envoyer.")
        return ""
