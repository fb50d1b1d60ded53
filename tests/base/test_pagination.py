"""ess_portal/base/pagination.py: pages of long lists."""

import pytest
from django.core.paginator import EmptyPage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actors.models import Commune
from ess_portal.base.pagination import KeysElsewherePaginator
from tests.support.factories import CommuneFactory

pytestmark = pytest.mark.django_db


def test_keys_from_elsewhere_say_which_rows_a_page_has():
    for name in ("Ars", "Bois", "Cour", "Dun"):
        CommuneFactory(name=name)
    rows = Commune.objects.order_by("name")
    paginator = KeysElsewherePaginator(rows, 2, keys=rows.exclude(name="Bois").values("pk"))
    pages = [[commune.name for commune in page] for page in paginator]
    assert (paginator.count, pages) == (3, [["Ars", "Cour"], ["Dun"]])
    with pytest.raises(EmptyPage):
        paginator.page(3)
    with CaptureQueriesContext(connection) as asked:
        list(paginator.page(2))
    assert len(asked) == 1
