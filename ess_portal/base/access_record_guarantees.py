"""What the database holds about the register of accesses: a line is of the moment it is written at,
stays as it is, and for a year.
"""

import pgtrigger

from ess_portal.base.triggers import Guarantee

DAYS_KEPT = 365
# In hours: a day has as many as the session's time zone says, and anybody sets that.
_HOURS_KEPT = DAYS_KEPT * 24
KEPT_A_YEAR = Guarantee(
    name="kept_a_year",
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    func=f"""
        IF TG_OP = 'INSERT' THEN
            NEW.at := now();
            RETURN NEW;
        END IF;
        IF TG_OP = 'DELETE' AND OLD.at < now() - interval '{_HOURS_KEPT} hours' THEN
            RETURN OLD;
        END IF;
        REFUSE base_accessrecord_kept_a_year
            'Une ligne du journal des accès ne change pas, et se garde un an.';
    """,
)
