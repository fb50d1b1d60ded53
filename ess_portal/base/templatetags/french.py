"""French filters for templates."""

from django import template

from ess_portal.base import french

register = template.Library()
register.filter("plural", french.plural)
register.filter("long_date", french.long_date)
register.filter("euros", french.euros)
register.filter("file_size", french.file_size)
