"""`python -m tui.sandbox`: serve with the defaults, print one JSON line, until ended."""

import json

from tui.sandbox.serve import SandboxOptions, run

if __name__ == "__main__":
    run(SandboxOptions(), lambda accounts: print(json.dumps(accounts), flush=True))  # noqa: T201
