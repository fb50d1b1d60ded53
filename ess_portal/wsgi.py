"""The web processes' entry; takes the environment as it is and starts nothing."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from ess_portal.base.charsets import in_utf_8

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ess_portal.settings")

# What is loaded now stays as long as the worker: the collector needn't look at it while it comes,
# nor at each of its rounds later. The views come with it, rather than with the first visit.
gc.disable()
application = in_utf_8(get_wsgi_application())
import_module(settings.ROOT_URLCONF)
gc.freeze()
gc.enable()
