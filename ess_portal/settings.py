"""Settings: one module; everything that varies comes from the environment.

The variables are described in docs/configuration.md.
"""

import os
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.contrib.messages import constants as messages
from django.core.exceptions import ImproperlyConfigured

from ess_portal.base import logs
from ess_portal.base.postgresql import options
from ess_portal.base.stores import stores

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
LOOPBACK_HOSTS = ["127.0.0.1", "localhost", "[::1]"]

env = environ.Env()

# --- What kind of installation ------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)

SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. Use manage.py or make, which keep one below var/ for development, "
        "or set the variable (see docs/configuration.md)."
    )

# Keys of before, which still open what they sealed.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

ALLOWED_HOSTS = LOOPBACK_HOSTS if DEMO or DEBUG else env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Absolute links in mails are built from this, never from the Host header of a request.
SITE_URL = env.str("SITE_URL", default=f"http://127.0.0.1:{env.int('PORT', default=8000)}").rstrip(
    "/"
)
COMMIT = env.str("COMMIT", default="")

# --- Applications ---------------------------------------------------------------------------

INSTALLED_APPS = [
    "ess_portal.base",
    "challenges",
    "actors",
    "actions",
    "ess_portal.dashboards",
    "ess_portal.pages",
    "ess_portal.admin_site.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "ess_portal.base.apps.PortalStaticFilesConfig",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_filters",
    "django_htmx",
    "js_lib_bootstrap5",
    "lucide",
    "pgtrigger",
    "rules",
]

MIDDLEWARE = [
    "ess_portal.base.logs.LoggedPersonMiddleware",
    # Around everything, so that a refused host or a redirect carries these headers too.
    "csp.middleware.CSPMiddleware",
    "ess_portal.base.middleware.PermissionsPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ess_portal.base.kept_pages.KeptPagesMiddleware",
    # After Whitenoise, whose files are compressed beforehand. BREACH guesses a secret from the
    # sizes of many answers to requests it forges: a third site's requests carry no session
    # (SameSite=Lax), tokens of forms are masked anew each time, and Django adds random padding.
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    # Before whatever reads a form: it lets long ones in where they are taken.
    "ess_portal.base.bodies.BodySizeMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "actors.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "actors.middleware.StaffSessionMiddleware",
    "ess_portal.base.middleware.PrivatePagesMiddleware",
    "ess_portal.base.middleware.NormalisedTextMiddleware",
]

ROOT_URLCONF = "ess_portal.urls"
WSGI_APPLICATION = "ess_portal.wsgi.application"

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ess_portal.pages.context_processors.portal",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Database -------------------------------------------------------------------------------

# The web and the workers connect as a role that owns nothing; only manage.py's own list of
# owner's commands (ops/entrypoint.py) sets CONNECT_AS_OWNER.
_DATABASE_URL = env.str("DATABASE_URL", default="")
if not _DATABASE_URL:
    raise ImproperlyConfigured(
        "DATABASE_URL is not set. manage.py and make start an embedded PostgreSQL; "
        "elsewhere set the variable (see docs/configuration.md)."
    )
_web_database = env.db_url_config(_DATABASE_URL)
_owner_database = env.db_url_config(env.str("DATABASE_OWNER_URL", default="") or _DATABASE_URL)
WEB_DATABASE_ROLE = _web_database["USER"]
DATABASES = {
    "default": {
        **(_owner_database if env.bool("CONNECT_AS_OWNER", default=False) else _web_database),
        "ENGINE": "ess_portal.base.postgresql",
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=60),
        "CONN_HEALTH_CHECKS": True,
    }
}
_CONNECT = env.int("CONNECT_TIMEOUT", default=5)
if env.bool("CONNECT_AS_OWNER", default=False):
    DATABASES["default"]["OPTIONS"] = options.of_owner(connect=_CONNECT)
    ANSWER_SECONDS = 0
else:
    _STATEMENT = env.int("STATEMENT_TIMEOUT", default=15_000)
    DATABASES["default"]["OPTIONS"] = options.of_web(
        connect=_CONNECT,
        statement=_STATEMENT,
        lock=env.int("LOCK_TIMEOUT", default=10_000),
    )
    # The server says by itself that it took too long; this is for one that says nothing.
    ANSWER_SECONDS = _STATEMENT / 1000 + 5 if _STATEMENT else 0
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = stores(env.cache_url("CACHE_URL", default="dbcache://ess_portal_cache"))
PAGES_KEPT = env.bool("PAGES_KEPT", default=not DEBUG)

# --- People -----------------------------------------------------------------------------------

AUTH_USER_MODEL = "actors.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "actors.backends.PersonBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/espace/"
LOGOUT_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "actors.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGOUT_ON_GET = False
# A closed account gets no mail, and the page says the same as to everybody.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# Signing in lasts until the browser is closed: many of our people share a computer. By a code
# too: allauth's own setting speaks of passwords only.
ACCOUNT_SESSION_REMEMBER = False
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
ACCOUNT_FORMS = {
    "login": "actors.forms.PasswordLoginForm",
    "request_login_code": "actors.forms.RequestCodeForm",
    "confirm_login_code": "actors.forms.ConfirmCodeForm",
}
_RATE = 100 if DEMO else 1  # the demonstration is tried by many people from one address


def sign_in_limits(rate: int) -> dict[str, str]:
    """Return how often one may try to sign in, times `rate`: for a network address, an account
    or both together (docs/decisions/0026-who-may-try-how-often.md).
    """
    return {
        "login": f"{30 * rate}/m/ip",
        # Faults of a password, by account and network address; of a second factor, by account.
        "login_failed": f"{10 * rate}/m/ip,{5 * rate}/5m/key,{20 * rate}/d/key",
        "account_failed": f"{60 * rate}/d/key",
        # Codes asked for, by account; by account and network address; codes tried, by account.
        "request_login_code": f"{20 * rate}/m/ip,{3 * rate}/m/key,{20 * rate}/d/key",
        "code_asked_from": f"{10 * rate}/d/key",
        "code_tried": f"{120 * rate}/d/key",
    }


ACCOUNT_RATE_LIMITS = sign_in_limits(_RATE)
# Who is asked for a second factor: docs/decisions/0027-a-second-factor-for-staff.md.
MFA_ADAPTER = "actors.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Portail ESS"
MFA_TOTP_TOLERANCE = 1  # a code typed as it changes, a telephone whose clock is slow
MFA_FORMS = {
    "login_webauthn": "actors.forms.LoginPasskeyForm",
    "authenticate": "actors.forms.SecondFactorForm",
    "authenticate_webauthn": "actors.forms.PasskeySecondFactorForm",
}
MFA_RATE_LIMITS = {"webauthn_login": f"{20 * _RATE}/m/ip"}
# How many proxies stand before us: rate limits then read the address they forward, no further.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
SESSION_ENGINE = "actors.models.session"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_SAMESITE = "Lax"

# --- Security ---------------------------------------------------------------------------------

_HTTPS = not (DEMO or DEBUG)
SECURE_SSL_REDIRECT = _HTTPS
SECURE_REDIRECT_EXEMPT = [r"^sante/$"]
SECURE_HSTS_SECONDS = 63072000 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _HTTPS
SECURE_HSTS_PRELOAD = False
# W021 asks for HSTS preloading: it engages the authority's whole domain, so it is its choice.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SESSION_COOKIE_SECURE = _HTTPS
CSRF_COOKIE_SECURE = _HTTPS
CSRF_COOKIE_HTTPONLY = True
if _HTTPS:
    # No other host of the authority's domain, and no page without TLS, can write these.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
if _proxy_header := env.list("SECURE_PROXY_SSL_HEADER", default=[]):
    SECURE_PROXY_SSL_HEADER = tuple(_proxy_header)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "ess_portal.pages.views.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
    }
}
# What a browser could give a page, and pages of ours never ask for; passkeys alone are let.
_NEVER_ASKED = [
    "accelerometer",
    "autoplay",
    "bluetooth",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "serial",
    "usb",
    "web-share",
    "xr-spatial-tracking",
]
PERMISSIONS_POLICY = ", ".join(
    [f"{feature}=()" for feature in _NEVER_ASKED]
    + [f"publickey-credentials-{verb}=(self)" for verb in ("create", "get")]
)
# What any form may send; a step of an application, or a file, more (ess_portal/base/bodies.py).
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000

# --- Language, time -----------------------------------------------------------------------------

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True

# --- Files --------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))
# What people attach to their files: nobody serves this folder but the view that checks who asks.
ATTACHMENTS_ROOT = Path(env.str("ATTACHMENTS_ROOT", default=str(MEDIA_ROOT / "attachments")))
# Documents drawn less than a day ago, found again by the hash of their data: may be emptied.
DOCUMENTS_ROOT = Path(env.str("DOCUMENTS_ROOT", default=str(MEDIA_ROOT / "documents")))
FILE_UPLOAD_HANDLERS = ["ess_portal.base.files.uploads.BoundedUploadHandler"]
# Nothing more is attached when the disk has less than this left, in megabytes.
ATTACHMENTS_FREE_SPACE_KEPT = env.int("ATTACHMENTS_FREE_SPACE_KEPT", default=1024)
# Each is held in memory: one at a time, where a form takes one.
DATA_UPLOAD_MAX_NUMBER_FILES = 1
# "host:port" or the path of a Unix socket; empty: files aren't scanned, and staff read so.
CLAMAV = env.str("CLAMAV", default="")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "ess_portal.base.storage.StaticStorage"},
}
# The manifest is made by collectstatic, which neither development nor the tests run.
PLAIN_STATIC = env.bool("PLAIN_STATIC", default=False)
if PLAIN_STATIC:
    # Whitenoise lists its folder anew for every test client; pytest-django's server looks for
    # the stock application to serve files from where they are.
    MIDDLEWARE.remove("whitenoise.middleware.WhiteNoiseMiddleware")
    INSTALLED_APPS[INSTALLED_APPS.index("ess_portal.base.apps.PortalStaticFilesConfig")] = (
        "django.contrib.staticfiles"
    )
if DEBUG or PLAIN_STATIC:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

# Bootstrap's word for an error.
MESSAGE_TAGS = {messages.ERROR: "danger"}

# --- Mail -----------------------------------------------------------------------------------------

# A mail is a row (ess_portal.base.models.OutgoingMail) that the worker hands to this back end.
vars().update(
    env.email_url(
        "EMAIL_URL",
        default=f"filemail:///{VAR_DIR / 'mail'}" if DEMO or DEBUG else "smtp://localhost:25",
    )
)
if DEMO or DEBUG:
    EMAIL_FILE_PATH = str(VAR_DIR / "mail")
DEFAULT_FROM_EMAIL = env.str(
    "DEFAULT_FROM_EMAIL", default="Portail ESS <ne-pas-repondre@localhost>"
)
EMAIL_TIMEOUT = 15

# --- What only the authority knows (legal pages, receipts) ---

AUTHORITY = {
    "name": env.str("AUTHORITY_NAME", default="Clermont Communauté"),
    "address": env.str("AUTHORITY_ADDRESS", default=""),
    "phone": env.str("AUTHORITY_PHONE", default=""),
    "email": env.str("AUTHORITY_EMAIL", default=""),
    "publication_director": env.str("PUBLICATION_DIRECTOR", default=""),
    "host_name": env.str("HOST_NAME", default=""),
    "host_address": env.str("HOST_ADDRESS", default=""),
    "host_phone": env.str("HOST_PHONE", default=""),
    "dpo_email": env.str("DPO_EMAIL", default=""),
    "accessibility_email": env.str("ACCESSIBILITY_EMAIL", default=""),
    "accessibility_state": env.str("ACCESSIBILITY_STATE", default="non conforme"),
    "accessibility_audit": env.str("ACCESSIBILITY_AUDIT", default=""),
}

LOGGING = logs.configuration(env.str("LOG_LEVEL", default="WARNING"))
os.environ.setdefault("PGAPPNAME", "ess_portal")
