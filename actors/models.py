"""Who and where: people, organisations, and the territory."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from actors.enums import EvaluatorKind, MailRhythm, MembershipRole, OrganisationFamily
from actors.querysets import OrganisationQuerySet
from actors.validators import validate_rna, validate_siret
from ess_portal.base.collation import Folded
from ess_portal.base.models import Pace
from ess_portal.base.search import search_column


class UserManager(BaseUserManager):
    """Creates users identified by their e-mail address."""

    use_in_migrations = True

    def create_user(self, email, password=None, **fields):
        """Create a person; without a password they sign in by a mailed code."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        """Create a person with every technical right (and no role in the programme)."""
        return self.create_user(email, password, is_superuser=True, is_staff=True, **fields)

    def get_by_natural_key(self, username):
        """Find a person by e-mail address, whatever its case."""
        return self.get(email=username.lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Their roles are groups (`Role`), read at each request."""

    email = models.EmailField(
        "adresse électronique",
        max_length=254,
        unique=True,
        error_messages={"unique": "Un compte existe déjà avec cette adresse électronique."},
    )
    full_name = models.CharField("prénom et nom", max_length=150, blank=True)
    phone = models.CharField("téléphone", max_length=30, blank=True)
    evaluator_kind = models.CharField(
        "évalue en tant que",
        max_length=20,
        choices=EvaluatorKind,
        blank=True,
        help_text="Pour un évaluateur : chaque action est lue par des évaluateurs de plusieurs "
        "sortes, autant que possible.",
    )
    mail_rhythm = models.CharField(
        "recevoir les courriels",
        max_length=20,
        choices=MailRhythm,
        default=MailRhythm.EACH_TIME,
    )
    is_active = models.BooleanField("compte actif", default=True)
    is_staff = models.BooleanField("accès technique", default=False)
    date_joined = models.DateTimeField("inscrit le", default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        verbose_name = "personne"
        ordering = ("email",)
        constraints = (
            # Unique whatever its case: one mailbox, one account.
            models.CheckConstraint(
                condition=Q(email=Lower("email")),
                name="actors_user_lower_case_email",
                violation_error_message="L’adresse électronique s’écrit en minuscules.",
            ),
            models.CheckConstraint(
                condition=Q(evaluator_kind__in=["", *EvaluatorKind.values]),
                name="actors_user_known_evaluator_kind",
                violation_error_message="Choisissez une sorte d’évaluateur dans la liste.",
            ),
            models.CheckConstraint(
                condition=Q(mail_rhythm__in=MailRhythm.values),
                name="actors_user_known_mail_rhythm",
                violation_error_message="Choisissez un rythme dans la liste.",
            ),
        )

    def __str__(self):
        return self.full_name or self.email

    def clean(self):
        """Fold the address to lower case: one mailbox, one account."""
        super().clean()
        self.email = self.email.lower()

    def get_full_name(self):
        """The name to show, or the address when the person gave none."""
        return str(self)

    def get_short_name(self):
        """Same as `get_full_name`: French usage shows the whole name."""
        return str(self)

    @property
    def mail_pace(self) -> Pace:
        """How soon the person is told what isn't pressing."""
        return Pace.DAILY if self.mail_rhythm == MailRhythm.DAILY else Pace.HOURLY

    @cached_property
    def roles(self) -> frozenset[str]:
        """The names of the person's groups; one query for each request."""
        return frozenset(self.groups.values_list("name", flat=True))

    @cached_property
    def organisation_ids(self) -> frozenset[int]:
        """The keys of the organisations the person belongs to; one query for each request."""
        return frozenset(self.memberships.values_list("organisation_id", flat=True))

    def forget_rights(self) -> None:
        """Read roles and organisations again: they have just changed.

        A method, because `request.user` is a lazy wrapper whose own `__dict__` holds nothing.
        """
        for name in ("roles", "organisation_ids"):
            self.__dict__.pop(name, None)


class LivingArea(models.Model):
    """A living area ("bassin de vie"), as the agglomeration draws it: no official list exists."""

    name = models.CharField("nom", max_length=100, unique=True)

    class Meta:
        verbose_name = "bassin de vie"
        verbose_name_plural = "bassins de vie"
        ordering = (Folded("name"),)

    def __str__(self):
        return self.name


class Commune(models.Model):
    """A commune of the agglomeration, with its place on the tile map."""

    insee_code = models.CharField(
        "code INSEE",
        max_length=5,
        unique=True,
        validators=[RegexValidator(r"^\d[\dAB]\d{3}$", "Un code INSEE a cinq caractères : 63113.")],
    )
    name = models.CharField("nom", max_length=100)
    population = models.PositiveIntegerField("population municipale")
    population_year = models.PositiveSmallIntegerField("année de la population")
    tile_column = models.PositiveSmallIntegerField("colonne sur la carte")
    tile_row = models.PositiveSmallIntegerField("ligne sur la carte")
    living_area = models.ForeignKey(
        LivingArea,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="communes",
        verbose_name="bassin de vie",
    )

    class Meta:
        verbose_name = "commune"
        ordering = (Folded("name"),)
        constraints = (
            models.UniqueConstraint(
                fields=("tile_column", "tile_row"),
                name="actors_commune_unique_tile",
                violation_error_message="Une autre commune occupe déjà cette case de la carte.",
            ),
        )

    def __str__(self):
        return self.name


class Sector(models.Model):
    """A line of activity ("filière"): editable, as no official list exists."""

    slug = models.SlugField("identifiant", max_length=60, unique=True)
    name = models.CharField("nom", max_length=100, unique=True)

    class Meta:
        verbose_name = "filière"
        ordering = (Folded("name"),)

    def __str__(self):
        return self.name


class Organisation(models.Model):
    """An ESS actor. Unknown facts stay empty: nothing about a real organisation is invented."""

    name = models.CharField("nom", max_length=200)
    slug = models.SlugField("identifiant", max_length=80, unique=True)
    family = models.CharField(
        "famille de l’ESS",
        max_length=20,
        choices=OrganisationFamily,
        blank=True,
        help_text="Au sens de l’article 1er de la loi du 31 juillet 2014.",
    )
    legal_form = models.CharField("forme juridique", max_length=120, blank=True)
    activity = models.CharField("activité", max_length=120, blank=True)
    siret = models.CharField(
        "SIRET",
        max_length=14,
        blank=True,
        validators=[validate_siret],
        help_text="14 chiffres, par exemple 732 829 320 00074.",
    )
    rna = models.CharField(
        "numéro RNA",
        max_length=10,
        blank=True,
        validators=[validate_rna],
        help_text="Pour une association : W suivi de 9 chiffres.",
    )
    is_esus = models.BooleanField("agrément ESUS", null=True, blank=True)
    sectors = models.ManyToManyField(
        Sector, blank=True, related_name="organisations", verbose_name="filières"
    )
    commune = models.ForeignKey(
        Commune,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="organisations",
        verbose_name="commune",
    )
    address = models.CharField("adresse", max_length=200, blank=True)
    postal_code = models.CharField(
        "code postal",
        max_length=5,
        blank=True,
        validators=[RegexValidator(r"^\d{5}$", "Un code postal a cinq chiffres : 63000.")],
    )
    website = models.URLField("site internet", blank=True)
    founded_year = models.PositiveSmallIntegerField("année de création", null=True, blank=True)
    description = models.TextField("présentation", blank=True)
    key_figures = models.TextField("chiffres", blank=True, help_text="Un par ligne, daté.")
    sources = models.TextField("sources", blank=True, help_text="Une par ligne.")
    is_published = models.BooleanField("publiée", default=False)
    created_at = models.DateTimeField("créée le", auto_now_add=True)
    search = search_column(["name"], ["activity", "legal_form"], ["description", "key_figures"])

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = "structure"
        ordering = (Folded("name"),)
        constraints = (
            models.UniqueConstraint(
                fields=("siret",),
                condition=~Q(siret=""),
                name="actors_organisation_unique_siret",
                violation_error_message="Une structure porte déjà ce SIRET.",
            ),
            models.UniqueConstraint(
                fields=("rna",),
                condition=~Q(rna=""),
                name="actors_organisation_unique_rna",
                violation_error_message="Une structure porte déjà ce numéro RNA.",
            ),
            models.CheckConstraint(
                condition=Q(family__in=["", *OrganisationFamily.values]),
                name="actors_organisation_known_family",
                violation_error_message="Choisissez une famille de l’ESS dans la liste.",
            ),
        )
        indexes = (
            models.Index(fields=("is_published", "name"), name="actors_organisation_list"),
            GinIndex(fields=("search",), name="actors_organisation_search"),
        )

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        """The organisation's public page."""
        return reverse("actors:organisation", args=[self.slug])


class Membership(models.Model):
    """A person's place in an organisation."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="memberships", verbose_name="personne"
    )
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="memberships", verbose_name="structure"
    )
    role = models.CharField(
        "rôle", max_length=20, choices=MembershipRole, default=MembershipRole.CONTRIBUTOR
    )
    created_at = models.DateTimeField("depuis le", auto_now_add=True)

    class Meta:
        verbose_name = "adhésion à une structure"
        verbose_name_plural = "adhésions aux structures"
        ordering = ("organisation", "user")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "organisation"),
                name="actors_membership_once_per_organisation",
                violation_error_message="Cette personne est déjà membre de la structure.",
            ),
            models.CheckConstraint(
                condition=Q(role__in=MembershipRole.values),
                name="actors_membership_known_role",
                violation_error_message="Choisissez un rôle dans la liste.",
            ),
        )

    def __str__(self):
        return f"{self.user} – {self.organisation}"
