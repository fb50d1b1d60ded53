#!/usr/bin/env python
"""Runs a management command; ops/entrypoint.py prepares the environment first."""

import sys

from ops.entrypoint import prepare


def main() -> None:
    """Prepares, then hands over to Django."""
    prepare(sys.argv)
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
