"""Kinds of actors and roles of people."""

from django.db import models


class OrganisationFamily(models.TextChoices):
    """ESS families of law 2014-856, article 1."""

    ASSOCIATION = "association", "Association"
    COOPERATIVE = "cooperative", "Coopérative"
    MUTUAL = "mutual", "Mutuelle"
    FOUNDATION = "foundation", "Fondation"
    COMMERCIAL_COMPANY = "commercial_company", "Société commerciale de l’ESS"


class MembershipRole(models.TextChoices):
    """What a member may do for their organisation: managers also withdraw and invite."""

    MANAGER = "manager", "Responsable"
    CONTRIBUTOR = "contributor", "Contributeur"


class ClaimState(models.TextChoices):
    """Where a person's request to be counted a member of an organisation stands."""

    PENDING = "pending", "À examiner"
    CONFIRMED = "confirmed", "Confirmée"
    REFUSED = "refused", "Refusée"


class EvaluatorKind(models.TextChoices):
    """Whom an evaluator speaks for: files are shared out so that several kinds read each."""

    AGENT = "agent", "Agent"
    ELECTED = "elected", "Élu ou élue"
    ESS_PARTNER = "ess_partner", "Partenaire de l’ESS"
    INHABITANT = "inhabitant", "Habitant"


class MailRhythm(models.TextChoices):
    """How often a person wants to be told what can wait."""

    EACH_TIME = "each_time", "À chaque fois"
    DAILY = "daily", "Une fois par jour, à 7 heures"


class Role(models.TextChoices):
    """Roles of rules.md, section 7: the values are the names of Django's groups."""

    AGENT = "agent", "Agent"
    EVALUATOR = "evaluator", "Évaluateur"
    ELECTED = "elected", "Élu ou élue"
    COMMITTEE = "committee", "Membre de la commission"
    ADMINISTRATOR = "administrator", "Administrateur"
