"""What people say of themselves and of others: what is read, what is refused."""

import json

import pytest
from allauth.core.context import request_context
from django.core.exceptions import ValidationError

from actors.forms import (
    AddPasskeyForm,
    ClaimDecisionForm,
    ClaimForm,
    ConfirmCodeForm,
    InvitationForm,
    LoginPasskeyForm,
    PasswordLoginForm,
    PreferencesForm,
    RequestCodeForm,
    RoleForm,
    unreadable_refused,
)
from actors.models import User
from tests.support.factories import UserFactory
from tests.support.forms import REQUIRED, not_offered, too_long


def labels(form) -> dict[str, str]:
    """What each field is called."""
    return {name: str(field.label) for name, field in form.fields.items()}


class TestSigningIn:
    def test_by_password_asks_for_two_things_without_placeholders(self):
        form = PasswordLoginForm()
        asked = {name: str(form.fields[name].label) for name in ("login", "password")}
        assert asked == {"login": "Adresse électronique", "password": "Mot de passe"}
        assert [
            name for name, field in form.fields.items() if "placeholder" in field.widget.attrs
        ] == []

    def test_by_code_asks_for_what_was_mailed(self):
        field = ConfirmCodeForm(code="123456").fields["code"]
        assert field.label == "Code reçu par courriel"
        assert (field.widget.attrs["autocomplete"], field.widget.attrs["spellcheck"]) == (
            "one-time-code",
            "false",
        )


@pytest.mark.django_db
class TestAskingForACode:
    @pytest.fixture(autouse=True)
    def request_under_way(self, rf):
        """Allauth looks at the request to tell how often somebody asks."""
        with request_context(rf.post("/connexion/code/")):
            yield

    def test_makes_one_account_of_an_address_in_lower_case(self):
        for _ in range(2):
            form = RequestCodeForm({"email": "Ana@Example.org"})
            assert (form.errors, form.cleaned_data["email"]) == ({}, "ana@example.org")
        user = User.objects.get()
        assert (user.email, user.has_usable_password()) == ("ana@example.org", False)

    def test_leaves_a_closed_account_closed(self):
        UserFactory(email="ana@example.org", is_active=False)
        form = RequestCodeForm({"email": "ana@example.org"})
        assert (form.is_valid(), form._user, User.objects.count()) == (True, None, 1)

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ("", REQUIRED),
            ("ana", "Saisissez une adresse de courriel valide."),
        ],
    )
    def test_refuses_what_is_no_address(self, typed, sentence):
        form = RequestCodeForm({"email": typed})
        assert form.errors == {"email": [sentence]}
        assert User.objects.count() == 0


NO_NUMBER = (
    "Écrivez ce numéro de téléphone en chiffres, séparés au besoin par des espaces, des points ou "
    "des tirets\u00a0: par exemple 04 73 00 00 00 ou +33 4 73 00 00 00."
)


@pytest.mark.django_db
class TestPreferences:
    def test_write_a_number_of_france_two_by_two(self):
        form = PreferencesForm({"full_name": "", "phone": "04.73.00.00.00", "mail_rhythm": "daily"})
        form.is_valid()
        assert form.cleaned_data["phone"] == "04 73 00 00 00"

    def test_fold_spaces_in_a_name(self):
        typed = {"full_name": " Ana\r\nBé ", "phone": "04 73 00 00 00", "mail_rhythm": "daily"}
        form = PreferencesForm(typed)
        assert form.errors == {}
        assert form.cleaned_data == typed | {"full_name": "Ana Bé"}

    @pytest.mark.parametrize(
        ("field", "typed", "sentence"),
        [
            ("full_name", "A" * 151, too_long(150, 151)),
            ("phone", "0" * 31, too_long(30, 31)),
            ("phone", "me demander", NO_NUMBER),
            ("phone", "04 73\u202e00", NO_NUMBER),
            ("mail_rhythm", "", REQUIRED),
        ],
    )
    def test_refuse_what_cannot_be_kept(self, field, typed, sentence):
        complete = {"full_name": "Ana", "phone": "", "mail_rhythm": "daily"}
        assert PreferencesForm(complete | {field: typed}).errors == {field: [sentence]}


class TestPlaces:
    def test_an_invitation_says_whom_and_as_what(self, db):
        form = InvitationForm({"email": "bob@example.org", "role": "manager"})
        assert labels(form) == {"email": "Adresse électronique", "role": "Rôle"}
        form.is_valid()
        assert form.cleaned_data == {"email": "bob@example.org", "role": "manager"}

    def test_an_invitation_lacks_both(self, db):
        assert InvitationForm({}).errors == {"email": [REQUIRED], "role": [REQUIRED]}

    @pytest.mark.parametrize(
        ("typed", "errors"),
        [
            ("contributor", {}),
            ("", {"role": [REQUIRED]}),
            ("king", {"role": [not_offered("king")]}),
        ],
    )
    def test_a_role_is_one_of_two(self, db, typed, errors):
        assert RoleForm({"role": typed}).errors == errors

    def test_a_claim_has_words_and_perhaps_a_proof(self, db):
        form = ClaimForm({"message": "Présidente.", "proof": ""})
        assert form.errors == {}
        assert form.cleaned_data == {"message": "Présidente.", "proof": ""}
        assert ClaimForm({"message": " "}).errors == {"message": [REQUIRED]}


class TestAnsweringAClaim:
    def test_confirming_needs_no_reason(self):
        form = ClaimDecisionForm({"decision": "confirmed", "role": "manager"})
        assert form.errors == {}
        assert form.cleaned_data == {"decision": "confirmed", "role": "manager", "reason": ""}

    @pytest.mark.parametrize("reason", ["", "  "])
    def test_refusing_says_why(self, reason):
        form = ClaimDecisionForm({"decision": "refused", "role": "manager", "reason": reason})
        assert form.errors == {"reason": ["Écrivez le motif du refus : la personne le lira."]}

    def test_lacks_an_answer(self):
        assert ClaimDecisionForm({}).errors == {"decision": [REQUIRED], "role": [REQUIRED]}


class TestPasskeys:
    def test_a_key_has_a_name_and_opens_by_itself(self):
        form = AddPasskeyForm(user=UserFactory.build())
        assert str(form.fields["name"].label) == "Nom de la clé"
        assert form.clean_passwordless() is True

    @pytest.mark.parametrize("error", [AttributeError, IndexError, KeyError, TypeError, ValueError])
    def test_what_is_no_key_is_refused_in_words(self, error):
        with pytest.raises(ValidationError) as refused, unreadable_refused():
            raise error
        assert refused.value.messages == [
            "Cette clé d’accès n’a pas été reconnue. Réessayez, ou connectez-vous autrement."
        ]

    @pytest.mark.parametrize("typed", [{}, [], {"response": 1}])
    def test_signing_in_with_what_is_no_key_is_refused(self, db, typed):
        form = LoginPasskeyForm({"credential": json.dumps(typed)})
        assert list(form.errors) == ["credential"]
