"""What the database holds about who votes in a session: members of the committee."""

import pgtrigger

from ess_portal.base.triggers import Guarantee

# Voices are counted against voters: whoever votes is of the committee when it is said.
VOTES_FOR_THE_COMMITTEE = Guarantee(
    name="written_with_the_role",
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("votes"),
    func="""
                    IF NEW.votes AND (TG_OP = 'INSERT' OR NOT OLD.votes)
                        AND NOT actors_has_role(NEW.user_id, 'committee') THEN
                        REFUSE actions_sessionmember_written_with_the_role
                            'Seul un membre de la commission a droit de vote.';
                    END IF;
                    RETURN NEW;
                """,
)
