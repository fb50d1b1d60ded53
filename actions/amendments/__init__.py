"""What two people change of an action after the decision."""
