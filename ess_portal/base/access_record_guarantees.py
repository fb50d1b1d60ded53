"""What the database holds about the register of accesses: a line stays as it is, for a year."""

import pgtrigger

from ess_portal.base.triggers import Guarantee

DAYS_KEPT = 365
KEPT_A_YEAR = Guarantee(
    name="kept_a_year",
    operation=pgtrigger.Update | pgtrigger.Delete,
    func=f"""
        IF TG_OP = 'DELETE' AND OLD.at < now() - interval '{DAYS_KEPT} days' THEN
            RETURN OLD;
        END IF;
        REFUSE base_accessrecord_kept_a_year
            'Une ligne du journal des accès ne change pas, et se garde un an.';
    """,
)
