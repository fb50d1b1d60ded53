"""The contact form: kept in the database, and mailed to staff."""

from django.contrib.auth.decorators import login_not_required
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator

from ess_portal.base.views import OnceMixin, RefusableFormView
from ess_portal.pages.forms import ContactForm
from ess_portal.pages.services import gets_copy, receive_message
from ess_portal.pages.throttle import TOO_MANY_MESSAGES, may_send_message


@method_decorator(login_not_required, name="dispatch")
class ContactView(OnceMixin, RefusableFormView):
    """Anybody may write to the agglomeration."""

    template_name = "pages/contact.html"
    form_class = ContactForm
    success_url = reverse_lazy("pages:contact_thanks")

    def get_initial(self):
        user = self.request.user
        if not user.is_authenticated:
            return {}
        return {"name": user.full_name, "email": user.email}

    def form_valid(self, form):
        """Keep it, unless too many came lately: then it stays in the page."""
        if not may_send_message(self.request, form.cleaned_data["email"]):
            form.add_error(None, TOO_MANY_MESSAGES)
            return self.form_invalid(form)
        return super().form_valid(form)

    def perform(self, form):
        """Keep the message and mail it, together or not at all."""
        message = receive_message(form.save(commit=False), by=self.request.user)
        if gets_copy(message, self.request.user):
            self.said = "Une copie de votre message vous est envoyée par courriel."
