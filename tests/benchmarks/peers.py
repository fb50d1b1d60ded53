"""What the same kind of page costs elsewhere: pretalx 2025.2.2, measured once, in November 2026.

It was filled with a thousand objects, served on the same machine in the same way, and measured in
processor time of its web and its database: these figures are in reference pages of that day. It
isn't installed again: they stand, and ours are divided into them.
"""

from dataclasses import dataclass, replace

NAME = "pretalx 2025.2.2"


@dataclass(frozen=True)
class Peer:
    """One of its pages: what it cost, and how many times less ours may cost at most."""

    page: str
    cost: float  # times the reference page
    least: float

    @property
    def limit(self) -> float:
        """What ours may cost, times the reference page."""
        return self.cost / self.least


PUBLIC_LIST, PUBLIC_DETAIL = "public list", "public detail"
FORM_STEP, STAFF_LIST, QUEUE = "form’s heaviest step", "staff list", "queue"
RANKING, DASHBOARD = "ranking", "dashboard"
PEERS = {
    peer.page: peer
    for peer in (
        Peer(PUBLIC_LIST, 18.3, 2.2),
        Peer(PUBLIC_DETAIL, 21.6, 4),
        Peer(FORM_STEP, 7.3, 1.4),
        Peer(STAFF_LIST, 112, 5),
        Peer(QUEUE, 395, 5),
        Peer(RANKING, 395, 5),
        Peer(DASHBOARD, 44, 5),
    )
}
# Of ours that is served from a kept copy.
KEPT_LEAST = 5


def peer_of(page: str, *, kept: bool = False) -> Peer:
    """What to compare with, more of it where ours is kept."""
    peer = PEERS[page]
    return replace(peer, least=KEPT_LEAST) if kept else peer
