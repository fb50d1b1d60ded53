"""Territory and organisations, from parsed files."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from actors.models import Commune, Organisation, Sector


@transaction.atomic
def load_territory(data: Mapping[str, Any]) -> None:
    """Create or update the communes and sectors of a parsed territory file. Idempotent."""
    for row in data["communes"]:
        Commune.objects.update_or_create(
            insee_code=row["insee_code"],
            defaults={key: value for key, value in row.items() if key != "insee_code"},
        )
    for row in data["sectors"]:
        Sector.objects.get_or_create(slug=row["slug"], defaults={"name": row["name"]})


@transaction.atomic
def load_organisation(row: Mapping[str, Any]) -> Organisation:
    """Create the organisation of a parsed file, or leave the one that bears its slug as it is.

    Staff may have completed it since: what they wrote isn't undone. Unknown facts (null) stay
    empty.
    """
    existing = Organisation.objects.filter(slug=row["slug"]).first()
    if existing is not None:
        return existing
    texts = (
        *("name", "slug", "family", "legal_form", "activity", "siret", "rna", "address"),
        *("postal_code", "description"),
    )
    organisation = Organisation(
        **{name: row.get(name) or "" for name in texts},
        is_esus=row.get("esus"),
        founded_year=row.get("founded_year"),
        commune=Commune.objects.filter(insee_code=row.get("commune")).first(),
        key_figures="\n".join(row.get("key_figures") or []),
        sources="\n".join(row.get("sources") or []),
        is_published=True,
        confirmed_at=timezone.now(),
    )
    organisation.full_clean()
    organisation.save()
    organisation.sectors.set(Sector.objects.filter(slug__in=row.get("sectors") or []))
    return organisation
