"""The people and the things that the table of permissions speaks of."""

from uuid import uuid4

from allauth.mfa.models import Authenticator
from django.urls import reverse
from django.utils import timezone

from actions.amendments.services import propose_amendment
from actions.committee.services.decisions import propose_decision
from actions.enums import ActionStatus, DecisionKind, ScanState
from actions.evaluation.services.evaluations import declare_no_interest, recuse
from actions.models import Action, Attachment, CoEditor
from actors.enums import MembershipRole, Role
from actors.models import EvaluatorInvitation, Invitation, MembershipClaim
from challenges.models import Programme
from ess_portal.base.files import store
from ess_portal.base.models import OutgoingMail, SearchSynonyms
from ess_portal.pages.models import ContactMessage
from tests.permissions.row import Row
from tests.support.deliberations import note, proposed_to_the_council
from tests.support.factories import OrganisationFactory, Story, UserFactory, fresh, member, person
from tests.support.organisations import provisional
from tests.support.passkey_device import credential
from tests.support.refusals import by_update
from tests.support.sessions import HeldSession

# The pages of an action whose address has its reference.
BY_REFERENCE = (
    "action",
    "result",
    "amend",
    "increase",
    "action_deliberation",
    "filed_application_pdf",
)


class World:
    """One action in each state, all carried by one organisation, and one person in each role."""

    def __init__(self):
        self._known: dict[Row, str] = {}
        self.carrier, self.partner = OrganisationFactory(is_published=False), OrganisationFactory()
        self.provisional = provisional()
        self.people = {
            "outsider": UserFactory(),
            "manager": member(self.carrier),
            "contributor": member(self.carrier, MembershipRole.CONTRIBUTOR),
            "partner": member(self.partner),
            "co_editor": UserFactory(),
            "invited": UserFactory(),
            "claimant": UserFactory(),
            "agent": person(Role.AGENT),
            "tied_agent": person(Role.AGENT),
            "evaluator": person(Role.EVALUATOR),
            "other_evaluator": person(Role.EVALUATOR),
            "elected": person(Role.ELECTED),
            "committee": person(Role.COMMITTEE),
            "administrator": person(Role.ADMINISTRATOR),
            "superuser": UserFactory(is_superuser=True),
        }
        states = [state for state in ActionStatus.values if state != ActionStatus.RECORDED]
        self.actions = {
            state: self._story(state).action
            for state in (*states, "inadmissible", "declined_inadmissible")
        }
        self.actions["recorded"] = Action.objects.create(
            status=ActionStatus.RECORDED, reference="ANT-0001", title="Plan de 2016"
        )
        in_evaluation = self.actions["in_evaluation"]
        self.evaluation = in_evaluation.evaluations.get(evaluator=self.people["evaluator"])
        declare_no_interest(evaluation=self.evaluation, by=fresh(self.people["evaluator"]))
        undeclared = self._story("in_evaluation")
        self.actions["undeclared"] = undeclared.action
        self.undeclared = undeclared.evaluations[0]
        recused = self._story("in_evaluation")
        self.recused = recused.evaluations[0]
        who = fresh(self.people["evaluator"])
        recuse(action=recused.action, user=who, by=who, reason="Lien.")
        decided = self._story("evaluated")
        self.decision = propose_decision(
            action=decided.action,
            kind=DecisionKind.POSTPONE,
            by=fresh(decided.members[0]),
            reason="À revoir.",
        )
        self.sitting = HeldSession(stories=[self._story("evaluated")]).opened()
        granted = self._story("prioritised")
        self.amendment = propose_amendment(
            action=granted.action, by=fresh(granted.members[0]), reason="Moins.", amount=4000
        )
        self.attachments = {
            state: action.attachments.get()
            for state, action in self.actions.items()
            if state != "recorded"
        }
        self.attachments["infected"] = self._story("submitted").action.attachments.get()
        by_update(self.attachments["infected"], scan=ScanState.INFECTED, scanned_at=timezone.now())
        self._belonging()
        self.passkey = Authenticator.objects.create(
            user=self.people["manager"],
            type=Authenticator.Type.WEBAUTHN,
            data={"name": "Téléphone", "credential": credential()},
        )
        self.message = ContactMessage.objects.create(
            name="A", email="a@example.org", subject="B", message="C"
        )
        self.synonyms = SearchSynonyms.objects.create(words="vergers, pommiers")

    def _attachment(self, action) -> Attachment:
        key = uuid4()
        digest = store.keep(key, key.bytes)
        return Attachment.objects.create(
            action=action,
            uuid=key,
            name="statuts.pdf",
            kind="pdf",
            size=16,
            sha256=digest,
            uploaded_by=self.people["manager"],
        )

    def _belonging(self):
        """Somebody invited everywhere, and somebody who says to belong to the partner."""
        email = self.people["invited"].email
        self.invitation = Invitation.objects.create(organisation=self.carrier, email=email)
        self.to_evaluate = EvaluatorInvitation.objects.create(
            email=email, invited_by=self.people["agent"]
        )
        self.elsewhere = Invitation.objects.create(
            organisation=self.partner, email="nobody@example.org"
        )
        self.co_editing = CoEditor.objects.create(action=self.actions["draft"], email=email)
        self.claim = MembershipClaim.objects.create(
            user=self.people["claimant"], organisation=self.partner, message="Présidente."
        )

    def _place(self, who) -> int:
        return self.people[who].memberships.get().pk

    def _story(self, state) -> Story:
        story = Story(carrier=self.carrier, partners=[self.partner])
        writer = self.people["co_editor"]
        co_carrier = CoEditor.objects.create(action=story.action, email=writer.email)
        by_update(co_carrier, user=writer, accepted_at=timezone.now())
        former, long_ago = self.people["tied_agent"], timezone.now()
        once = CoEditor.objects.create(action=story.action, email=former.email)
        by_update(once, user=former, accepted_at=long_ago, withdrawn_at=long_ago)
        self._attachment(story.action)
        story.evaluators = [self.people["evaluator"], *story.evaluators[1:]]
        getattr(story, state)()
        return story

    def arguments(self, of: str) -> list:
        """The arguments of an address about the object `of`."""
        action = self.actions.get(of)
        if action is not None:
            return [action]
        two_parts = self._arguments_in_two_parts(of)
        if two_parts is not None:
            return two_parts
        session, (item,) = self.sitting.session, self.sitting.items
        measure = self.actions["submitted"].measure
        reference = self.actions["evaluated"].reference
        return {
            "": [],
            "challenge": [measure.challenge.number],
            "measure": [measure.challenge.number, measure.number],
            "programme": [measure.challenge.programme.code],
            "published_organisation": [self.partner.slug],
            "passkey": [self.passkey.pk],
            "claimable": [self.partner.slug],
            "provisional_organisation": [self.provisional.slug],
            "waiting_organisation": [self.provisional.pk],
            "invitation_of": [self.carrier.slug, self.invitation.uuid],
            "invitation_elsewhere": [self.carrier.slug, self.elsewhere.uuid],
            "member": [self.carrier.slug, self._place("contributor")],
            "member_elsewhere": [self.carrier.slug, self._place("partner")],
            "invitation": [self.invitation.uuid],
            "to_evaluate": [self.to_evaluate.uuid],
            "claim": [self.claim.pk],
            "co_editor_of": [self.actions["draft"].uuid, self.co_editing.uuid],
            "co_writing": [
                self.people["co_editor"].co_edited.get(action=self.actions["draft"]).uuid
            ],
            "co_editing": [self.co_editing.uuid],
            "draft_step": [self.actions["draft"].uuid, "action"],
            "submitted_step": [self.actions["submitted"].uuid, "action"],
            "unpublished_organisation": [self.carrier.slug],
            "evaluation": [self.evaluation.pk],
            "undeclared_evaluation": [self.undeclared.pk],
            "recused_evaluation": [self.recused.pk],
            "decision": [self.decision.pk],
            "mail": [OutgoingMail.objects.latest("pk").pk],
            "admin_base_searchsynonyms": [self.synonyms.pk],
            "session": [session.pk],
            "item": [item.pk],
            "amendment": [self.amendment.pk],
            "postpone_evaluated": [reference, "postpone"],
            "appeal": [self.actions["declined_inadmissible"].reference, "appeal_upheld"],
            "unknown_decision": [reference, "start"],
            "confirm_refusal": [self.actions["refusal_announced"].reference, "confirm_refusal"],
            "unknown_settlement": [self.actions["refusal_announced"].reference, "start"],
            "admit": [self.actions["submitted"].pk, "admit"],
            "unknown_transition": [self.actions["submitted"].pk, "prioritise"],
            "in_correction_pk": [self.actions["in_correction"].pk],
            "in_evaluation_pk": [self.actions["in_evaluation"].pk],
            "submitted_pk": [self.actions["submitted"].pk],
            "app_list": ["actions"],
            "view_on_site": [self._content_type(), self.partner.pk],
        }[of]

    def _file_arguments(self, kind: str, state: str) -> list:
        if kind == "attachment":
            return [self.attachments[state].uuid]
        attached_to = "in_correction" if state == "another" else state
        action = self.actions["draft" if state == "another" else state]
        return [action.uuid, self.attachments[attached_to].pk]

    def _arguments_in_two_parts(self, of: str) -> list | None:
        step, between, status = of.partition("_of_")
        if between:
            return [self.actions[status].uuid, step]
        kind, _, state = of.partition("_")
        if kind in ("table", "stage"):
            return [state]
        if kind in ("attachment", "detach"):
            return self._file_arguments(kind, state)
        objects = {
            "step": self.sitting.session,
            "document": self.sitting.session,
            "item": self.sitting.items[0],
        }
        return [objects[kind].pk, state] if kind in objects and state else None

    def _content_type(self):
        from django.contrib.contenttypes.models import ContentType

        return ContentType.objects.get_for_model(self.partner).pk

    def address(self, row: Row) -> str:
        """The address of a row, asked of the database once for everybody.

        Some rows of the administration are made for the occasion, and undone with it.
        """
        if row.of.startswith("admin_"):
            return self._address(row)
        if row not in self._known:
            self._known[row] = self._address(row)
        return self._known[row]

    def _address(self, row: Row) -> str:
        if row.of.startswith("admin_"):
            return reverse(row.name, args=[self._admin_key(row.of.removeprefix("admin_"))])
        arguments = self.arguments(row.of)
        if arguments and isinstance(arguments[0], Action):
            action = arguments[0]
            by_uuid = row.name.removeprefix("actions:") not in BY_REFERENCE
            arguments = [action.uuid if by_uuid else action.reference]
        query = ""
        if row.name == "admin:autocomplete":
            query = "?app_label=actors&model_name=membership&field_name=user&term=a"
        return reverse(row.name, args=arguments) + query

    def _admin_key(self, model: str):
        from django.apps import apps

        app, name = model.split("_", 1)
        rows = apps.get_model(app, name).objects
        if model == "challenges_grid":
            programme = self.actions["submitted"].programme
            return rows.create(programme=programme, version=2).pk
        if model == "actors_livingarea":
            return rows.create(name="Val d’Allier").pk
        if model == "actors_sector":
            return rows.create(slug="culture", name="Culture").pk
        if model == "actions_recusal":
            user = self.people["other_evaluator"]
            return rows.create(
                action=self.actions["in_evaluation"], user=user, declared_by=user, reason="Lien."
            ).pk
        if model == "base_accessrecord":
            rows.create(kind="exported")
        if model == "actions_deliberation":
            Programme.objects.update(requires_deliberation=True)
            note(proposed_to_the_council())
        # The newest: nothing that the others depend on.
        return rows.order_by("-pk").first().pk
