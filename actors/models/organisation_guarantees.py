"""What the database holds about organisations: which are confirmed, which were one and the same."""

import pgtrigger
from django.db import models
from django.db.models import Q

from actors.enums import OrganisationFamily
from ess_portal.base.triggers import Guarantee, key_is_kept

# Confirmed by an agent, and not found to be another one since.
CONFIRMED = Q(confirmed_at__isnull=False, merged_into__isnull=True)

ORGANISATION_CONSTRAINTS = (
    models.UniqueConstraint(
        fields=("siret",),
        condition=~Q(siret="") & CONFIRMED,
        name="actors_organisation_unique_siret",
        violation_error_message="Une structure confirmée porte déjà ce SIRET.",
    ),
    models.UniqueConstraint(
        fields=("rna",),
        condition=~Q(rna="") & CONFIRMED,
        name="actors_organisation_unique_rna",
        violation_error_message="Une structure confirmée porte déjà ce numéro RNA.",
    ),
    # Written in one way, so that one number is one: no blank, no small letter, no other script.
    models.CheckConstraint(
        condition=Q(siret="") | Q(siret__regex="^[0-9]{14}$"),
        name="actors_organisation_written_siret",
        violation_error_message="Un SIRET a 14 chiffres : vérifiez que vous les avez tous.",
    ),
    models.CheckConstraint(
        condition=Q(rna="") | Q(rna__regex="^W[0-9]{9}$"),
        name="actors_organisation_written_rna",
        violation_error_message="Un numéro RNA s’écrit W suivi de 9 chiffres : W632000000.",
    ),
    # Its page, and every page that leads there, is found by it.
    models.CheckConstraint(
        condition=Q(slug__regex="^[-a-zA-Z0-9_]+$"),
        name="actors_organisation_has_an_address",
        violation_error_message="L’adresse de la page s’écrit en lettres sans accent, chiffres et tirets.",
    ),
    models.CheckConstraint(
        condition=Q(family__in=["", *OrganisationFamily.values]),
        name="actors_organisation_known_family",
        violation_error_message="Choisissez une famille de l’ESS dans la liste.",
    ),
    models.CheckConstraint(
        condition=Q(is_published=False) | CONFIRMED,
        name="actors_organisation_published_is_confirmed",
        violation_error_message="Confirmez d’abord la structure : une structure à confirmer n’est "
        "nommée à personne.",
    ),
)

ORGANISATION_TRIGGERS = (
    key_is_kept("actors_organisation_key_is_kept", "La clé d’une structure ne change pas."),
    # Deleted and made again, it would be neither confirmed nor merged any more.
    Guarantee(
        name="is_not_deleted",
        operation=pgtrigger.Delete,
        condition=pgtrigger.Condition(
            "OLD.confirmed_at IS NOT NULL OR OLD.merged_into_id IS NOT NULL"
        ),
        func="""
            REFUSE actors_organisation_is_not_deleted
                'Une structure confirmée, ou réunie à une autre, ne se supprime pas.';
        """,
    ),
    # One that was loaded from sources is so from the start, and by nobody.
    Guarantee(
        name="confirmed_by_an_agent",
        operation=pgtrigger.Insert | pgtrigger.Update,
        condition=pgtrigger.Condition("NEW.confirmed_at IS NOT NULL"),
        func="""
            IF TG_OP = 'INSERT' AND NEW.confirmed_by_id IS NULL THEN
                RETURN NEW;
            END IF;
            IF TG_OP = 'UPDATE' AND OLD.confirmed_at IS NOT NULL THEN
                RETURN NEW;
            END IF;
            IF actors_has_role(NEW.confirmed_by_id, 'agent') IS NOT TRUE THEN
                REFUSE actors_organisation_confirmed_by_an_agent
                    'Une structure n’est confirmée que par un agent.';
            END IF;
            IF EXISTS (
                SELECT 1 FROM actors_membership m
                WHERE m.user_id = NEW.confirmed_by_id AND m.organisation_id = NEW.id
            ) OR EXISTS (
                SELECT 1 FROM actors_membershipclaim c
                WHERE c.user_id = NEW.confirmed_by_id AND c.organisation_id = NEW.id
                AND c.state = 'pending'
            ) THEN
                REFUSE actors_organisation_confirmed_from_outside
                    'Cet agent fait partie de cette structure : un autre agent s’en occupe.';
            END IF;
            RETURN NEW;
        """,
    ),
    # What follows it to the other one is looked at when it is merged: it was there before.
    Guarantee(
        name="merged_once_made",
        operation=pgtrigger.Insert,
        condition=pgtrigger.Condition("NEW.merged_into_id IS NOT NULL"),
        func="""
            REFUSE actors_organisation_merged_once_made
                'Une structure est d’abord décrite, puis réunie à une autre.';
        """,
    ),
    Guarantee(
        name="confirmed_for_good",
        operation=pgtrigger.Update,
        func="""
            IF OLD.confirmed_at IS NOT NULL AND (
                NEW.confirmed_at IS DISTINCT FROM OLD.confirmed_at
                OR NEW.confirmed_by_id IS DISTINCT FROM OLD.confirmed_by_id
                AND NEW.confirmed_by_id IS NOT NULL
            ) THEN
                REFUSE actors_organisation_confirmed_for_good
                    'Une structure confirmée le reste.';
            END IF;
            RETURN NEW;
        """,
    ),
    # The instant is ours: what follows it to the other organisation does so in this transaction.
    Guarantee(
        name="merged_into_a_confirmed_one",
        operation=pgtrigger.Insert | pgtrigger.Update,
        func="""
            IF TG_OP = 'UPDATE' THEN
                IF OLD.merged_into_id IS NOT NULL
                    AND ROW(NEW.merged_into_id, NEW.merged_at)
                        IS DISTINCT FROM ROW(OLD.merged_into_id, OLD.merged_at) THEN
                    REFUSE actors_organisation_merged_for_good
                        'Une structure réunie à une autre le reste.';
                END IF;
                IF OLD.merged_into_id IS NOT NULL THEN
                    RETURN NEW;
                END IF;
            END IF;
            NEW.merged_at := NULL;
            IF NEW.merged_into_id IS NULL THEN
                RETURN NEW;
            END IF;
            PERFORM 1 FROM actors_organisation
            WHERE id = NEW.merged_into_id AND id <> NEW.id
            AND confirmed_at IS NOT NULL AND merged_into_id IS NULL
            FOR NO KEY UPDATE;
            IF NOT FOUND THEN
                REFUSE actors_organisation_merged_into_a_confirmed_one
                    'Une structure n’est réunie qu’à une autre, confirmée.';
            END IF;
            NEW.merged_at := now();
            RETURN NEW;
        """,
    ),
)
