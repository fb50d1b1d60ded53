"""Organisations and signing in."""

from allauth.account import views as allauth
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from actors.views import (
    belonging,
    claims,
    evaluators,
    invitations,
    organisations,
    passkeys,
    preferences,
    second_factors,
    signing_in,
)

organisation_patterns = (
    [
        path("acteurs/", organisations.OrganisationListView.as_view(), name="organisation_list"),
        path("acteurs/<slug:slug>/", organisations.OrganisationView.as_view(), name="organisation"),
        path(
            "acteurs/<slug:slug>/rattachement/",
            claims.ClaimMembershipView.as_view(),
            name="claim_membership",
        ),
        path(
            "acteurs/<slug:slug>/rattachement/retirer/",
            claims.DropClaimView.as_view(),
            name="drop_claim",
        ),
        path("espace/preferences/", preferences.PreferencesView.as_view(), name="preferences"),
        path(
            "espace/structures/<slug:slug>/",
            belonging.OrganisationSpaceView.as_view(),
            name="organisation_space",
        ),
        path(
            "espace/structures/<slug:slug>/inviter/",
            belonging.InviteView.as_view(),
            name="invite",
        ),
        path(
            "espace/structures/<slug:slug>/invitations/<uuid:uuid>/retirer/",
            belonging.WithdrawInvitationView.as_view(),
            name="withdraw_invitation",
        ),
        path(
            "espace/structures/<slug:slug>/membres/<int:pk>/",
            belonging.MemberView.as_view(),
            name="member",
        ),
        path(
            "espace/structures/<slug:slug>/membres/<int:pk>/retirer/",
            belonging.RemoveMemberView.as_view(),
            name="remove_member",
        ),
        path("espace/structures/<slug:slug>/quitter/", belonging.LeaveView.as_view(), name="leave"),
        path(
            "espace/invitations/<uuid:uuid>/",
            invitations.InvitationView.as_view(),
            name="invitation",
        ),
        path("connexion/cles/", passkeys.PasskeyListView.as_view(), name="passkeys"),
        path("connexion/cles/ajouter/", passkeys.AddPasskeyView.as_view(), name="add_passkey"),
        path(
            "connexion/cles/<int:pk>/retirer/",
            passkeys.RemovePasskeyView.as_view(),
            name="remove_passkey",
        ),
        path(
            "connexion/second-facteur/",
            second_factors.SecondFactorView.as_view(),
            name="second_factor",
        ),
        path(
            "connexion/second-facteur/application/",
            second_factors.ApplicationView.as_view(),
            name="application",
        ),
        path(
            "connexion/second-facteur/application/retirer/",
            second_factors.RemoveApplicationView.as_view(),
            name="remove_application",
        ),
        path(
            "connexion/second-facteur/codes/",
            second_factors.RecoveryCodesView.as_view(),
            name="recovery_codes",
        ),
        path(
            "connexion/second-facteur/codes/fichier/",
            second_factors.RecoveryCodesFileView.as_view(),
            name="recovery_codes_file",
        ),
        path(
            "connexion/confirmer/",
            second_factors.ConfirmIdentityView.as_view(),
            name="confirm_identity",
        ),
        path("connexion/sessions/", signing_in.SessionsView.as_view(), name="sessions"),
        path(
            "connexion/sessions/terminer/",
            signing_in.EndSessionView.as_view(),
            name="end_session",
        ),
        path(
            "espace/invitations/evaluer/<uuid:uuid>/",
            evaluators.EvaluatorInvitationView.as_view(),
            name="evaluator_invitation",
        ),
        path("evaluateurs/", evaluators.EvaluatorsView.as_view(), name="evaluators"),
        path(
            "evaluateurs/inviter/",
            evaluators.InviteEvaluatorView.as_view(),
            name="invite_evaluator",
        ),
        path(
            "evaluateurs/invitations/<uuid:uuid>/renvoyer/",
            evaluators.ResendEvaluatorInvitationView.as_view(),
            name="resend_evaluator_invitation",
        ),
        path(
            "evaluateurs/invitations/<uuid:uuid>/retirer/",
            evaluators.WithdrawEvaluatorInvitationView.as_view(),
            name="withdraw_evaluator_invitation",
        ),
        path("rattachements/", claims.ClaimListView.as_view(), name="claims"),
        path("rattachements/<int:pk>/", claims.ClaimView.as_view(), name="claim"),
    ],
    "actors",
)

# Only the doors of django-allauth that the portal uses; it looks them up by these names.
urlpatterns = [
    path("", include(organisation_patterns)),
    path("connexion/", login_not_required(allauth.login), name="account_login"),
    path(
        "connexion/code/",
        login_not_required(allauth.request_login_code),
        name="account_request_login_code",
    ),
    path(
        "connexion/code/confirmer/",
        login_not_required(signing_in.ConfirmCodeView.as_view()),
        name="account_confirm_login_code",
    ),
    path(
        "connexion/cle/",
        login_not_required(signing_in.PasskeyView.as_view()),
        name="mfa_login_webauthn",
    ),
    path("connexion/verification/", signing_in.SecondStepView.as_view(), name="mfa_authenticate"),
    path(
        "connexion/compte-inactif/",
        login_not_required(allauth.account_inactive),
        name="account_inactive",
    ),
    path("deconnexion/", login_not_required(allauth.logout), name="account_logout"),
]
