"""People, who sign in by their e-mail address."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import AnonymousUser, Group, PermissionsMixin
from django.db import models
from django.db.models import Exists, Q, Value
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property

from actors.enums import ClaimState, EvaluatorKind, MailRhythm
from actors.models.administrator_guarantees import GROUP_TRIGGERS, ROLE_TRIGGERS, USER_TRIGGERS
from ess_portal.base.dated import dated
from ess_portal.base.mailboxes import folded, mailbox_key
from ess_portal.base.models import Pace
from ess_portal.base.plain_names import validate_no_link
from ess_portal.base.telephones import LONGEST_NUMBER, validate_telephone

NAMELESS = "une personne sans nom"


class UserManager(BaseUserManager["User"]):
    """Creates users identified by their e-mail address."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a person; without a password they sign in by a mailed code."""
        user = self.model(email=mailbox_key(email), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        """Create a person with every technical right (and no role in the programme)."""
        return self.create_user(email, password, is_superuser=True, is_staff=True, **fields)

    def get_by_natural_key(self, username):
        """Find a person by e-mail address, however it is typed."""
        return self.get(email=mailbox_key(username))

    def with_rights(self, key: int) -> "User | None":
        """Return the person of this key, or None: roles and places are read in the same query."""
        found = self.raw(_WITH_RIGHTS, {"key": key, "pending": ClaimState.PENDING})
        for user in found:
            user.keep_rights()
            return user
        return None


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Their roles are groups (`Role`), read at each request."""

    email = models.EmailField(
        "adresse électronique",
        max_length=254,
        unique=True,
        error_messages={"unique": "Un compte existe déjà avec cette adresse électronique."},
    )
    full_name = models.CharField(
        "prénom et nom", max_length=150, blank=True, validators=[validate_no_link]
    )
    phone = models.CharField(
        "téléphone", max_length=LONGEST_NUMBER, blank=True, validators=[validate_telephone]
    )
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
        triggers = USER_TRIGGERS
        constraints = (
            dated(
                "actors_user",
                instants=(
                    "last_login",
                    "date_joined",
                ),
            ),
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
        """Fold the address to the one form that its mailbox has: one mailbox, one account."""
        super().clean()
        self.email = folded(self.email)

    def get_full_name(self):
        """The name to show, or the address when the person gave none."""
        return str(self)

    def get_short_name(self):
        """Same as `get_full_name`: French usage shows the whole name."""
        return str(self)

    @property
    def shown_name(self) -> str:
        """How the authority names the person to somebody else: by no address, which isn't theirs
        to give, and which a mail program would make a link of.
        """
        return self.full_name or NAMELESS

    @property
    def mail_pace(self) -> Pace:
        """How soon the person is told what isn't pressing."""
        return Pace.DAILY if self.mail_rhythm == MailRhythm.DAILY else Pace.HOURLY

    @cached_property
    def roles(self) -> frozenset[str]:
        """The names of the person's groups; one query for each request, `has_ties` included."""
        known = self.groups.annotate(tied=self._ties()).values_list("name", "tied")
        named = dict(known)
        if named:
            self.__dict__["has_ties"] = any(named.values())
        return frozenset(named)

    @property
    def organisation_ids(self) -> frozenset[int]:
        """The keys of the organisations the person belongs to; one query for each request."""
        return frozenset(key for key, is_member in self._places if is_member)

    @property
    def interest_ids(self) -> frozenset[int]:
        """The keys of the organisations the person belongs to, or waits for a place in."""
        return frozenset(key for key, _is_member in self._places)

    @cached_property
    def _places(self) -> frozenset[tuple[int, bool]]:
        belongs = self.memberships.order_by().values_list("organisation_id", Value(value=True))
        asks = self.membership_claims.pending().order_by()
        return frozenset(belongs.union(asks.values_list("organisation_id", Value(value=False))))

    @cached_property
    def has_ties(self) -> bool:
        """Whether the person is of an organisation, asks to be, or ever wrote a file with one."""
        return User.objects.filter(self._ties(), pk=self.pk).exists()

    @cached_property
    def ever_wrote(self) -> bool:
        """Whether the person was ever asked to write a file with its carrier, and came."""
        return self.co_edited.exists()

    def _ties(self) -> Q:
        return (
            Q(Exists(self.memberships.all()))
            | Q(Exists(self.membership_claims.pending()))
            | Q(Exists(self.co_edited.all()))
        )

    def keep_rights(self) -> None:
        """Remember what `UserManager.with_rights` read, until `forget_rights`."""
        known = self.__dict__
        member_of, asks_for = known.pop("known_members"), known.pop("known_claims")
        places = [(key, True) for key in member_of] + [(key, False) for key in asks_for]
        known["roles"] = frozenset(known.pop("known_roles"))
        known["_places"] = frozenset(places)
        known["ever_wrote"] = known.pop("known_to_write")
        known["has_ties"] = known["ever_wrote"] or bool(places)

    def forget_rights(self) -> None:
        """Read roles and organisations again: they have just changed.

        A method, because `request.user` is a lazy wrapper whose own `__dict__` holds nothing.
        """
        for name in ("roles", "_places", "has_ties", "ever_wrote"):
            self.__dict__.pop(name, None)


# Read at every request: written out, for the ORM takes four times as long to say the same.
_WITH_RIGHTS = """
    SELECT person.*,
        ARRAY(
            SELECT role.name FROM auth_group role
            JOIN actors_user_groups held ON held.group_id = role.id
            WHERE held.user_id = person.id
        ) AS known_roles,
        ARRAY(
            SELECT organisation_id FROM actors_membership WHERE user_id = person.id
        ) AS known_members,
        ARRAY(
            SELECT organisation_id FROM actors_membershipclaim
            WHERE user_id = person.id AND state = %(pending)s
        ) AS known_claims,
        EXISTS (SELECT FROM actions_coeditor WHERE user_id = person.id) AS known_to_write
    FROM actors_user person
    WHERE person.id = %(key)s
"""


class RoleGroup(Group):
    """A role: a name for Django's own table of groups, in which `actors_has_role` reads them."""

    class Meta:
        proxy = True
        verbose_name = "rôle"
        verbose_name_plural = "rôles"
        triggers = GROUP_TRIGGERS


class RoleHolding(User.groups.through):  # type: ignore[misc,name-defined]
    """Who holds which role: a name for the table of `User.groups`, which Django makes by itself."""

    class Meta:
        proxy = True
        verbose_name = "rôle d’une personne"
        verbose_name_plural = "rôles des personnes"
        triggers = ROLE_TRIGGERS


Visitor = User | AnonymousUser
"""Whoever looks at a page, signed in or not."""
