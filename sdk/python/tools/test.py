"""Runs the unit tests of a plugin, or of the SDK itself: every `test_*.py` with Python's own test runner.

python test.py FOLDER SDK
"""

from __future__ import annotations

import sys
import unittest
from pathlib import Path


def main(folder: Path, sdk: Path) -> int:
    sys.dont_write_bytecode = True
    sys.path[:0] = [str(folder / "src"), str(folder), str(folder / "vendor"), str(sdk / "src")]
    tests = folder / "tests" if (folder / "tests").is_dir() else folder
    found = unittest.defaultTestLoader.discover(str(tests), top_level_dir=str(tests))
    if found.countTestCases() == 0:
        print(f"there is no test in {tests}: write one in a file named test_….py", file=sys.stderr)
        return 1
    return 0 if unittest.TextTestRunner(verbosity=2).run(found).wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main(*(Path(argument).resolve() for argument in sys.argv[1:3])))
