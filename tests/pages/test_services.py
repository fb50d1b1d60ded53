"""A message is kept, mailed to who answers it, and deleted after a year."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from actors.enums import Role
from ess_portal.base.models import OutgoingMail
from ess_portal.pages.models import ContactMessage
from ess_portal.pages.services import delete_old_messages, receive_message
from tests.support.factories import person

pytestmark = pytest.mark.django_db


def message(**columns) -> ContactMessage:
    """A message that isn't kept yet."""
    said = {"name": "Ana", "email": "ana@example.org", "subject": "Une question", "message": "?"}
    return ContactMessage(**said | columns)


def recipients() -> list[str]:
    """Who was written to."""
    return sorted(OutgoingMail.objects.values_list("recipient", flat=True))


@pytest.mark.parametrize(
    ("address", "told"),
    [("", ["agent@example.org"]), ("ess@agglo.example", ["ess@agglo.example"])],
)
def test_goes_to_the_authoritys_address_or_to_agents(settings, address, told):
    settings.AUTHORITY = settings.AUTHORITY | {"email": address}
    person(Role.AGENT, email="agent@example.org")
    person(Role.AGENT, is_active=False)
    assert receive_message(message()) == ContactMessage.objects.get()
    assert recipients() == told


def test_without_a_word_is_neither_kept_nor_mailed():
    person(Role.AGENT)
    with pytest.raises(ValidationError) as refused:
        receive_message(message(message=""))
    assert refused.value.message_dict == {"message": ["Ce champ ne peut pas être vide."]}
    assert (ContactMessage.objects.count(), recipients()) == (0, [])


def test_is_deleted_after_a_year():
    receive_message(message())
    now = timezone.now()
    assert delete_old_messages(now + timedelta(days=364)) == 0
    assert delete_old_messages(now + timedelta(days=366)) == 1
    assert ContactMessage.objects.count() == 0
