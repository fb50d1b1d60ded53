"""Headers of every answer, what our own files ask for, production's settings.

That no page holds anything inline or foreign is looked at on the round of the table of permissions.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from actors.enums import Role
from tests.support.factories import person
from tests.support.offences import offences

CSP = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'self'",
    "frame-ancestors": "'none'",
}

# Nothing but what a passkey needs.
POLICY = (
    "accelerometer=(), autoplay=(), bluetooth=(), camera=(), display-capture=(), "
    "encrypted-media=(), fullscreen=(), gamepad=(), geolocation=(), gyroscope=(), hid=(), "
    "idle-detection=(), local-fonts=(), magnetometer=(), microphone=(), midi=(), payment=(), "
    "picture-in-picture=(), screen-wake-lock=(), serial=(), usb=(), web-share=(), "
    "xr-spatial-tracking=(), publickey-credentials-create=(self), publickey-credentials-get=(self)"
)


def policy(response) -> dict[str, str]:
    """The content security policy of an answer, directive by directive."""
    directives = response.headers["Content-Security-Policy"].split(";")
    return dict(directive.strip().partition(" ")[::2] for directive in directives)


@pytest.mark.django_db
class TestHeaders:
    def answers(self, as_user):
        """Answers of every kind."""
        agent = as_user(person(Role.AGENT))
        yield Client().get("/")
        yield Client().get("/connexion/")
        yield agent.get("/espace/")
        yield agent.get("/admin/")
        yield agent.get("/admin/actions/action/add/")
        yield Client().get("/n-existe-pas/")
        yield Client(enforce_csrf_checks=True).post("/contact/", {})
        yield Client(headers={"Host": "evil.example"}).get("/")
        yield Client().post("/contact/", {f"x{number}": "" for number in range(1001)})
        yield Client().get("/espace/")
        yield Client().get("/sante/")

    def test_are_on_public_signed_in_admin_and_error_pages(self, as_user):
        answers = list(self.answers(as_user))
        statuses = [answer.status_code for answer in answers]
        assert statuses == [200, 200, 200, 200, 403, 404, 403, 400, 400, 302, 200]
        assert [policy(answer) for answer in answers] == [CSP] * len(answers)
        for name, value in (
            ("X-Frame-Options", "DENY"),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "same-origin"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Permissions-Policy", POLICY),
        ):
            assert {answer.headers.get(name) for answer in answers} == {value}, name

    def test_are_on_the_page_of_an_error_of_the_portal(self, settings):
        settings.ROOT_URLCONF = "tests.pages.test_errors"
        response = Client(raise_request_exception=False).get("/casse/")
        assert (response.status_code, policy(response)) == (500, CSP)

    def test_never_say_unsafe(self, as_user):
        for answer in self.answers(as_user):
            assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_the_crawl_sees_what_it_looks_for():
    class Answer:
        content = (
            b'<p style="color:red" onclick="x()"><script>alert(1)</script><style>p{}</style>'
            b'<img src="https://cdn.example/a.png"><a href="https://ok.example">x</a>'
            b'<a href="javascript:x">y</a>'
        )

    assert offences(Answer()) == [
        "p style",
        "p onclick",
        "<script> inline",
        "<style> inline",
        "img src=https://cdn.example/a.png",
        "a href javascript:",
    ]


def test_own_files_ask_nothing_of_others():
    asked = {
        str(path): found
        for folder in ("css", "js")
        for path in Path("static", folder).rglob("*.*")
        if (
            found := re.findall(
                r"(?:url\(|@import|fetch\()\s*['\"]?(?:https?:)?//[^)\s]+", path.read_text()
            )
        )
    }
    assert asked == {}


PRODUCTION = {
    "SECRET_KEY": "k" * 25 + "0123456789-abcdefghijklmnopqrstuvwxyz",
    "ALLOWED_HOSTS": "portail.example,www.portail.example",
    "DATABASE_URL": "postgres://web@127.0.0.1:1/portail",
    "DATABASE_OWNER_URL": "postgres://owner@127.0.0.1:1/portail",
    "EMAIL_URL": "smtp://127.0.0.1:1",
}
KEPT = ("PATH", "HOME", "LANG", "VIRTUAL_ENV", "COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START")


def run(*arguments, **environment) -> subprocess.CompletedProcess:
    """Run Python with this environment and nothing of the tests' own."""
    inherited = {name: os.environ[name] for name in KEPT if name in os.environ}
    return subprocess.run(
        [sys.executable, *arguments],
        env=inherited | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def settings_with(names, **environment) -> dict:
    """The values of settings with this environment."""
    code = (
        "import json; from ess_portal import settings as s;"
        f"print(json.dumps({{n: getattr(s, n, None) for n in {list(names)!r}}}))"
    )
    done = run("-c", code, **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


EXPECTED = {
    "DEBUG": (False, False),
    "ALLOWED_HOSTS": (
        ["portail.example", "www.portail.example"],
        ["127.0.0.1", "localhost", "[::1]"],
    ),
    "SECURE_SSL_REDIRECT": (True, False),
    "SECURE_REDIRECT_EXEMPT": ([r"^sante/$"], [r"^sante/$"]),
    "SECURE_HSTS_SECONDS": (63072000, 0),
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": (True, False),
    "SECURE_HSTS_PRELOAD": (False, False),
    "SESSION_COOKIE_SECURE": (True, False),
    "CSRF_COOKIE_SECURE": (True, False),
    "SESSION_COOKIE_NAME": ("__Host-sessionid", None),
    "CSRF_COOKIE_NAME": ("__Host-csrftoken", None),
    "SESSION_EXPIRE_AT_BROWSER_CLOSE": (True, True),
    "X_FRAME_OPTIONS": ("DENY", "DENY"),
    "ACCOUNT_RATE_LIMITS": (
        {
            "login": "30/m/ip",
            "login_failed": "10/m/ip,5/5m/key,20/d/key",
            "account_failed": "60/d/key",
            "request_login_code": "20/m/ip,3/m/key,20/d/key",
            "code_asked_from": "10/d/key",
            "code_tried": "120/d/key",
        },
        {
            "login": "3000/m/ip",
            "login_failed": "1000/m/ip,500/5m/key,2000/d/key",
            "account_failed": "6000/d/key",
            "request_login_code": "2000/m/ip,300/m/key,2000/d/key",
            "code_asked_from": "1000/d/key",
            "code_tried": "12000/d/key",
        },
    ),
}


class TestSettings:
    @pytest.mark.parametrize("demo", [False, True])
    def test_are_strict_in_production_and_loopback_in_the_demonstration(self, demo):
        environment = PRODUCTION | ({"DEMO": "1"} if demo else {})
        assert settings_with(EXPECTED, **environment) == {
            name: values[demo] for name, values in EXPECTED.items()
        }

    def test_pass_djangos_own_check_in_production(self):
        done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
        assert done.returncode == 0, done.stderr
        assert "no issues" in done.stdout + done.stderr

    @pytest.mark.parametrize("missing", ["SECRET_KEY", "DATABASE_URL"])
    def test_need_what_cannot_be_guessed(self, missing):
        environment = {name: value for name, value in PRODUCTION.items() if name != missing}
        done = run("-c", "import ess_portal.settings", **environment)
        assert done.returncode == 1
        assert f"ImproperlyConfigured: {missing} is not set." in done.stderr.splitlines()[-1]


@pytest.mark.django_db
class TestHttps:
    @pytest.fixture(autouse=True)
    def production(self, settings):
        """The redirect of production; its values are compared above."""
        settings.SECURE_SSL_REDIRECT = True
        settings.SECURE_HSTS_SECONDS = 63072000
        settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True

    def test_is_asked_for_everywhere_but_for_the_health_page(self):
        response = Client().get("/programme/?a=1")
        assert (response.status_code, response.headers["Location"]) == (
            301,
            "https://testserver/programme/?a=1",
        )
        assert policy(response) == CSP
        assert Client().get(reverse("pages:health")).status_code == 200

    def test_is_remembered(self):
        response = Client().get("/aide/", secure=True)
        assert response.headers["Strict-Transport-Security"] == (
            "max-age=63072000; includeSubDomains"
        )
