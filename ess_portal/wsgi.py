"""The web processes' entry; takes the environment as it is and starts nothing."""

import os

from django.core.wsgi import get_wsgi_application

from ess_portal.base.charsets import in_utf_8

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ess_portal.settings")

application = in_utf_8(get_wsgi_application())
