"""Views of the roof: what gathers several domains, and what belongs to none."""
