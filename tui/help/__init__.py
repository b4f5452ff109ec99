"""The help topics: Markdown files that `taskdeck help TOPIC` and `:help TOPIC` show and the README links to.

Tables between `<!-- made: NAME -->` and `<!-- end -->` come from the program's own declarations;
`python -m tests.reference` writes them, and a test compares them.
"""

import re
from importlib.resources import files

__all__ = ["TOPICS", "read"]

TOPICS = {
    "commands": "every command of the command line and its options",
    "filter": "the filter language, with every field and flag",
    "keys": "every key of the terminal interface",
    "prompt": "the commands after `:`",
    "actions": "run, abort, rerun, delete: plans, outcomes, the journal",
    "submit": "tasks from a file of parameters: columns by platform, checks, drafts, interruptions",
    "triage": "why tasks failed: how the line is found, classes, rules, how well it does that",
    "settings": "config.toml, accounts, every setting, environment variables",
    "json": "the JSON of tasks, jobs, failure groups, differences and actions",
    "exit-codes": "what the exit status tells a script",
    "sandbox": "the simulated platforms",
    "adapters": "platforms of other packages: the entry point, the protocols, the contract suite",
}
"""Each topic and what it is about, in the order in which they are listed."""

_MARK = re.compile(r"^<!-- .* -->\n+", re.MULTILINE)


def read(topic: str) -> str:
    """One topic as Markdown, without the marks around its generated tables.

    Raises:
        KeyError: `topic` is none of `TOPICS`.
    """
    if topic not in TOPICS:
        raise KeyError(topic)
    return _MARK.sub("", files(__package__).joinpath(f"{topic}.md").read_text("utf-8"))
