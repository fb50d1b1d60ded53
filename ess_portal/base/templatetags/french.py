"""French filters for templates."""

from decimal import Decimal

from django import template

from ess_portal.base import french

register = template.Library()
register.filter("plural", french.plural)
register.filter("long_date", french.long_date)
register.filter("euros", french.euros)
register.filter("exactly", french.exactly)
register.filter("figure", french.figure)
register.filter("file_size", french.file_size)
register.filter("siret", french.siret)
register.filter("of", french.of)


@register.filter(is_safe=True)
def no_breaks(sentence: object) -> str:
    """Write a sentence that Python made with the no-break spaces that French wants; templates have
    theirs.
    """
    return french.no_breaks(str(sentence))


@register.filter
def cents(amount: Decimal) -> str:
    """Write an amount in euros as a whole number of cents, for a script to count with."""
    return str(int(amount * 100))
