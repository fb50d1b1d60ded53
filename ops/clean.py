"""`make clean`: removes var/, once no server works in it any more."""

import shutil
import sys

from ops import embedded


def main() -> int:
    """Stops servers left by killed processes; refuses while one of them is in use."""
    for folder in (embedded.DATA_FOLDER, embedded.TEST_FOLDER, embedded.BENCH_FOLDER):
        if not embedded.stop_when_unused(folder):
            where = folder.relative_to(embedded.BASE_DIR)
            sys.stderr.write(f"{where}/ est en service : arrêtez d'abord ce qui l'utilise.\n")
            return 1
    if embedded.VAR_DIR.exists():
        shutil.rmtree(embedded.VAR_DIR)
    return 0


if __name__ == "__main__":
    sys.exit(main())
