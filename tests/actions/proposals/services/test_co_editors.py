"""Co-carriers: they write one file with its carrier, send nothing, and stay linked to it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.utils import timezone

from actions import rules
from actions.enums import ActionStatus, Transition
from actions.evaluation.queries.candidates import choices_for
from actions.evaluation.services.assignments import assign_evaluators
from actions.models import Action, CoEditor
from actions.proposals.services.applications import ProposalContent, save_proposal
from actions.proposals.services.co_editors import (
    IS_MEMBER,
    TOO_LATE,
    accept_co_editing,
    invite_co_editor,
    remove_co_editor,
    stop_co_editing,
)
from actors.enums import MembershipRole, Role
from actors.services.invitations import INVITER_GONE, NOT_ANY_MORE
from ess_portal.base.models import OutgoingMail
from ess_portal.base.refusals import Refused
from tests.plugins.prepared import prepared
from tests.support.factories import OrganisationFactory, Story, UserFactory, fresh, member, person
from tests.support.reading import Page
from tests.support.refusals import by_sql, delete, execute, refusal, refusal_of, refused_by

pytestmark = pytest.mark.django_db
KEPT = "actions_coeditor_writer_is_kept"


@prepared
def story() -> Story:
    """A draft."""
    return Story()


@pytest.fixture
def bob():
    """Somebody of another organisation."""
    return member(OrganisationFactory(name="Zeste"), email="bob@example.org", full_name="Bob Cé")


def invited(story, email="bob@example.org") -> CoEditor:
    """An invitation to write the file."""
    return invite_co_editor(action=story.action, email=email, by=fresh(story.manager))


def writing(story, user) -> CoEditor:
    """`user` as co-carrier of the file."""
    return accept_co_editing(invitation=invited(story, user.email), by=fresh(user))


class TestInviting:
    def test_is_done_by_a_manager_on_the_files_page(self, bob, as_user, story):
        client = as_user(story.manager)
        address = f"/espace/actions/{story.action.uuid}/co-porteurs/"
        response = client.post(address, {"email": "Bob@Example.org"})
        assert response.headers["Location"] == address
        invitation = CoEditor.objects.get()
        mail = OutgoingMail.objects.get()
        assert mail.recipient == invitation.email == "bob@example.org"
        assert invitation.get_absolute_url() in mail.body
        his = as_user(bob)
        # Until they accept, the file isn't theirs.
        assert his.get(story.action.get_space_url()).status_code == 404
        response = his.post(invitation.get_absolute_url(), {"answer": "accept"})
        assert response.headers["Location"] == story.action.get_space_url()
        page = Page(his.get(story.action.get_space_url()))
        assert "Co-porteur : Bob Cé" in page.main.text

    def test_names_whoever_has_no_name_by_no_address(self, bob, as_user, story):
        by_sql(story.manager, full_name="")
        page = Page(
            as_user(fresh(story.manager)).get(f"{story.action.get_space_url()}co-porteurs/")
        )
        assert [
            line.text.partition(" : ")[0] for line in page.main.all("p", cls="notice-warning")
        ] == ["Vous n’avez pas encore donné votre nom"]
        invitation = invited(story)
        begun = "Une personne sans nom vous invite à écrire "
        assert [
            line.partition("avec")[0]
            for line in OutgoingMail.objects.get().body.splitlines()
            if "vous invite" in line
        ] == [begun]
        page = Page(as_user(bob).get(invitation.get_absolute_url()))
        assert page.main.one("p", cls="lead").text.partition("ce dossier")[0] == begun

    def test_is_for_managers_of_the_carrier(self, bob, story):
        contributor = member(story.carrier, MembershipRole.CONTRIBUTOR)
        for by in (contributor, bob, story.agent, UserFactory(is_superuser=True)):
            with pytest.raises(PermissionDenied):
                invite_co_editor(action=story.action, email="x@example.org", by=fresh(by))

    def test_refuses_the_carriers_own(self, story):
        own = member(story.carrier, email="own@example.org")
        with pytest.raises(Refused) as refused:
            invited(story, own.email)
        assert refused.value.reasons == [IS_MEMBER]

    def test_knows_a_mailbox_however_it_is_typed(self, story):
        member(story.carrier, email="own@demo.example")
        assert refusal(invited, story, "own@demo.ｅxample") == [IS_MEMBER]
        assert invited(story, "bob@demo.ｅxample").email == "bob@demo.example"

    @pytest.mark.parametrize("state", ["in_evaluation", "evaluated", "prioritised"])
    def test_ends_with_the_instruction(self, bob, state, story):
        early = invited(story)
        getattr(story, state)()
        with pytest.raises(Refused) as refused:
            invited(story, "c@example.org")
        assert refused.value.reasons == [TOO_LATE]
        with pytest.raises(Refused) as refused:
            accept_co_editing(invitation=early, by=bob)
        assert refused.value.reasons == [TOO_LATE]

    def test_is_for_the_invited_address_alone(self, bob, story):
        invitation = invited(story)
        other = UserFactory()
        for answer in (accept_co_editing, stop_co_editing):
            with pytest.raises(CoEditor.DoesNotExist):
                answer(invitation=invitation, by=other)

    def test_comes_too_late(self, bob, as_user, story):
        invitation = invited(story)
        remove_co_editor(invitation=invitation, by=fresh(story.manager))
        response = as_user(bob).post(invitation.get_absolute_url(), {"answer": "accept"})
        assert response.status_code == 409
        assert NOT_ANY_MORE in Page(response).main.text
        assert invited(story).is_pending

    @pytest.mark.parametrize("why", ["taken off", "closed", "carrier changed"])
    def test_needs_an_inviter_of_the_carrier(self, bob, story, why):
        invitation = invited(story)
        member(story.carrier)
        if why == "taken off":
            story.manager.memberships.get().delete()
        elif why == "closed":
            by_sql(story.manager, is_active=False)
        else:
            by_sql(story.action, carrier_id=OrganisationFactory().pk)
        assert refusal(accept_co_editing, invitation=invitation, by=bob) == [INVITER_GONE]
        assert not story.action.co_editors.exclude(user=None).exists()


class TestWriting:
    def test_keeps_a_step_but_not_the_carrier(self, bob, story):
        writing(story, bob)
        save_proposal(
            key=story.action.uuid,
            by=fresh(bob),
            content=ProposalContent(columns={"title": "Écrit à deux"}),
        )
        own = bob.memberships.get().organisation
        with pytest.raises(Refused):
            save_proposal(
                key=story.action.uuid,
                by=fresh(bob),
                content=ProposalContent(columns={"carrier": own}),
            )
        action = Action.objects.get(pk=story.action.pk)
        assert (action.title, action.carrier) == ("Écrit à deux", story.carrier)

    def test_shows_the_carrier_and_leaves_it(self, bob, as_user, story):
        writing(story, bob)
        client = as_user(bob)
        address = f"/espace/actions/{story.action.uuid}/modifier/structure/"
        page = Page(client.get(address))
        assert "disabled" in page.main.one("select", name="carrier").attributes
        assert page.main.all("input", name="org_name") == []

    def test_sends_withdraws_and_deletes_nothing(self, bob, as_user, story):
        writing(story, bob)
        client, base = as_user(bob), f"/espace/actions/{story.action.uuid}/"
        page = Page(client.get(f"{base}modifier/envoi/"))
        assert page.main.all("button", name="send") == []
        consents = {"certifies_accuracy": "on", "accepts_terms": "on", "signs_contract": "on"}
        data = consents | {"key": str(story.action.uuid), "send": "1"}
        assert client.post(f"{base}modifier/envoi/", data).status_code == 404
        assert client.post(f"{base}supprimer/").status_code == 404
        with pytest.raises(Refused):
            story.apply(Transition.SUBMIT, bob)
        with pytest.raises(Refused):
            save_proposal(
                key=story.action.uuid, by=fresh(bob), content=ProposalContent(), send=True
            )
        story.submitted()
        assert client.get(f"{base}accuse-de-reception/").status_code == 200
        assert client.post(f"{base}retirer/").status_code == 404
        story.action.refresh_from_db()
        assert story.action.status == ActionStatus.SUBMITTED

    def test_is_told_of_what_is_to_complete_and_nothing_else(self, bob, as_user, story):
        writing(story, bob)
        OutgoingMail.objects.all().delete()
        story.in_correction()
        told = OutgoingMail.objects.filter(recipient=bob.email)
        assert [mail.subject for mail in told] == [
            mail.subject for mail in OutgoingMail.objects.filter(recipient=story.manager.email)[:1]
        ]

    def test_reads_neither_reasons_nor_history(self, bob, as_user, story):
        writing(story, bob)
        story.refusal_announced()
        page = Page(as_user(bob).get(story.action.get_space_url()))
        assert "La gouvernance n’est pas partagée." not in page.main.text
        assert [title.text for title in page.main.all("h2")] == ["Le dossier"]
        assert as_user(bob).get(f"{story.action.get_space_url()}repondre/").status_code == 404

    @pytest.mark.parametrize("who", ["manager", "oneself"])
    def test_ends_on_the_next_request(self, bob, as_user, who, story):
        row = writing(story, bob)
        client = as_user(bob)
        assert client.get(story.action.get_space_url()).status_code == 200
        if who == "manager":
            address = f"/espace/actions/{story.action.uuid}/co-porteurs/{row.uuid}/retirer/"
            manager = as_user(story.manager)
            page = Page(manager.get(address))
            assert page.title == "Retirer Bob Cé du dossier"
            back = address.removesuffix(f"{row.uuid}/retirer/")
            assert page.links["Garder ce co-porteur"] == back
            page = Page(manager.post(address, follow=True))
            assert page.messages == ["Cette personne n’a plus accès au dossier."]
        else:
            address = f"{row.get_absolute_url()}quitter/"
            page = Page(client.get(row.get_absolute_url()))
            assert (page.main.all("button"), page.links["Quitter le dossier"]) == ([], address)
            page = Page(client.post(address, follow=True))
            assert page.messages == ["C’est noté : vous n’avez plus accès à ce dossier."]
        assert client.get(story.action.get_space_url()).status_code == 404
        assert not rules.can_see(fresh(bob), story.action)


class TestInterest:
    """Whoever wrote a file once, taken off or not, neither evaluates nor decides."""

    @pytest.fixture(params=["writing", "taken off"])
    def story(self, request):
        """A file that its first evaluator and its first committee member wrote."""
        story = Story()
        for user in (story.evaluators[0], story.members[0]):
            row = writing(story, user)
            if request.param == "taken off":
                remove_co_editor(invitation=row, by=fresh(story.manager))
        return story

    def test_keeps_from_evaluating(self, story):
        story.in_evaluation(assign=False)
        [choice] = choices_for([story.action])
        assert story.evaluators[0] not in choice.eligible
        assert story.evaluators[1] in choice.eligible
        with pytest.raises(Refused, match=str(story.evaluators[0])):
            assign_evaluators(
                action=story.action,
                evaluators=story.evaluators,
                due_on=timezone.localdate() + timedelta(days=9),
                by=story.agent,
            )
        with refused_by("actions_evaluation_by_somebody_independent"):
            execute(
                "INSERT INTO actions_evaluation (action_id, evaluator_id, round, due_on,"
                " assigned_at, version, evaluator_kind) VALUES (%s, %s, 'initial', now(), now(),"
                " 1, '')",
                story.action.pk,
                story.evaluators[0].pk,
            )

    def test_keeps_from_deciding(self, story):
        story.evaluators[0] = person(Role.EVALUATOR)
        story.evaluated()
        writer, other = fresh(story.members[0]), fresh(story.members[1])
        action = Action.objects.get(pk=story.action.pk)
        for rule in (
            rules.has_neither_link_nor_evaluation,
            rules.has_neither_link_nor_recusal,
            rules.can_decide,
        ):
            assert (rule(writer, action), rule(other, action)) == (False, True)
        assert list(Action.objects.involving(writer)) == [action]


class TestTheDatabase:
    def test_keeps_who_wrote(self, bob):
        story = Story().submitted()
        row = writing(story, bob)
        for change in (
            lambda: delete(row),
            lambda: by_sql(row, user_id=story.manager.pk),
            lambda: by_sql(row, accepted_at=None, user_id=None),
            lambda: by_sql(row, action_id=Story().action.pk),
        ):
            assert refusal_of(change) == KEPT
        by_sql(row, withdrawn_at=timezone.now())

    def test_lets_a_draft_go_with_them(self, bob, story):
        writing(story, bob)
        story.action.delete()
        assert CoEditor.objects.count() == 0

    def test_takes_nobody_once_the_evaluation_began(self, bob, story):
        row = invited(story)
        story.in_evaluation()
        with refused_by("actions_coeditor_joins_before_evaluation"):
            by_sql(row, user_id=bob.pk, accepted_at=timezone.now())


def test_invitations_never_accepted_are_purged(bob, story):
    kept = writing(story, bob)
    invited(story, "c@example.org")
    CoEditor.objects.update(expires_at=timezone.now() - timedelta(days=31))
    call_command("purge_expired", verbosity=0)
    assert list(CoEditor.objects.all()) == [kept]
