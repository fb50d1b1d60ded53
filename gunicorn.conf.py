"""Gunicorn, for the demonstration and for production behind a reverse proxy."""

import os

wsgi_app = "ess_portal.wsgi:application"
bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
# Threads: a browser opens connections in advance and leaves them silent, and each would hold a
# whole worker otherwise.
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 30
graceful_timeout = 5
# It would open a socket in the home directory.
control_socket_disable = True
# The proxy sets none: by default a client's own SCRIPT_NAME, passed on, would move every link.
forwarder_headers = ""
# Addresses of visitors are personal data: the proxy logs what the authority decided to keep.
accesslog = None
errorlog = "-"
loglevel = os.environ.get("LOG_LEVEL", "warning").lower()
