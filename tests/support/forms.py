"""What Django says of what is typed in a form."""

REQUIRED = "Ce champ est obligatoire."
NO_DATE = "Saisissez une date valide."


def too_long(most: int, typed: int) -> str:
    """The sentence about a text longer than `most`."""
    return (
        f"Assurez-vous que cette valeur comporte au plus {most} caractères (actuellement {typed})."
    )


def at_least(least: int) -> str:
    """The sentence about a number below `least`."""
    return f"Assurez-vous que cette valeur est supérieure ou égale à {least}."


def at_most(most: int) -> str:
    """The sentence about a number above `most`."""
    return f"Assurez-vous que cette valeur est inférieure ou égale à {most}."


def not_offered(typed: str | int) -> str:
    """The sentence about a choice that isn't in the list."""
    return f"Sélectionnez un choix valide. {typed} n’en fait pas partie."
