"""Views of actions: public pages, the carrier's space, evaluations, the committee."""
