"""Load, serve, measure, print: `make bench` (some minutes). `make bench SMALL=100 BIG=10000`."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psutil

from ops import embedded
from tests.benchmarks.server import Cost, Server, production_environment

FOLDER = embedded.BENCH_FOLDER


def main() -> int:
    """Run the benchmark; return 1 when a bar isn't kept."""
    sizes = [int(os.environ.get("SMALL") or 100), int(os.environ.get("BIG") or 10_000)]
    if not embedded.stop_when_unused(FOLDER):
        sys.exit("Another benchmark is under way.")
    shutil.rmtree(FOLDER, ignore_errors=True)
    embedded.ensure_database(FOLDER)
    os.environ |= production_environment() | {
        "DJANGO_SETTINGS_MODULE": "ess_portal.settings",
        "SECRET_KEY": "for-the-benchmark-only-never-in-an-installation-0123456789",
    }
    for name in ("DEMO", "DEBUG"):
        os.environ.pop(name, None)
    for arguments in (
        ("migrate", "-v0"),
        ("createcachetable",),
        ("grant_web_role",),
        ("collectstatic", "--no-input", "-v0"),
    ):
        subprocess.run([sys.executable, "manage.py", *arguments], check=True)
    import django

    django.setup()
    from tests.benchmarks.run import run

    started = time.monotonic()
    postgres = psutil.Process(int((Path(FOLDER) / "postmaster.pid").read_text().split()[0]))
    kept = run(sizes, lambda: Server(dict(os.environ)), Cost, postgres)
    print(f"\nDone in {time.monotonic() - started:.0f} s.")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
