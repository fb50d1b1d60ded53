"""What the services of evaluations say when they refuse."""

NOT_OPEN = "L’évaluation de cette action n’est pas ouverte."
