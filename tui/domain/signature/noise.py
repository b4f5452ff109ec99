"""What stands around the words of an error: who and when in front of it, and lines that mean no failure."""

import re

from tui.domain.signature.anyof import any_of

__all__ = ["BENIGN", "COUNTED", "LEVEL", "NOISE", "PREFIX", "SUCCESS", "TRIED"]


_ZONED = r"\d{4}[-/]\d\d[-/]\d\d[T ,_]+\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?"
PREFIX = re.compile(
    r"\A(?:\s*(?:"
    + "|".join(
        (
            r"(?P<glog>[IWEF])\d{4} \d\d:\d\d:\d\d\.\d+\s+\d+ [\w.<>/-]+:\d+\] ?",  # glog
            rf"{_ZONED} (?:stdout|stderr) [FP] ?",  # a container's log
            rf"[\w.-]+ {_ZONED} [\w-]+ (?:DEBUG|INFO|WARNING|ERROR|CRITICAL) [\w.]+: (?:[\w-]+/[\w-]+ {{2,4}})?",
            rf"\[{_ZONED}\] \{{(?:subprocess\.py:\d+\}} [A-Z]+ - |[\w.]+:\d+\}} (?=[A-Z]+ - ))",  # Airflow
            r"\d\d/\d\d/\d\d \d\d:\d\d:\d\d (?=(?:ERROR|WARN|INFO) \w+: )",  # Spark
            r"\([\w.<>:-]+ pid=\d+(?:, ip=[\d.]+)?\) ",  # Ray
            r"(?:\[\d+,\d+\]<std(?:err|out)>:?|\[?(?:stderr|stdout)\]?[:|>])\s*",
            rf"\[?\(?{_ZONED}\)?\]?[\s:|-]*",
            r"[\w.]+ - (?=(?:DEBUG|INFO|WARNING|ERROR|CRITICAL) - )",  # Python's logging as its manual shows it
            r"\[?\d\d:\d\d:\d\d(?:[.,]\d+)?\]?[\s:|-]+",
            r"\[?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2}\s+\d+ \d\d:\d\d:\d\d(?: [A-Z]+)? \d{4}\]?[\s:|-]*",
            r"[A-Z][a-z]{2}[-.]\d\d \d\d:\d\d:\d\d\.\d+ \[[^\]]*\]\s*",
            r"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d (?:\.{3,} )?",
            r"\[[\w.-]+:\d{2,7}\]\s+(?:\*\*\*\s)?",
            r"\d{1,5}> ",
            r"\|\s+(?=(?:\w+\.)*\w+(?:Error|Exception|Group|Interrupt|Exit|Warning)\b(?::\s|\Z))",
            r'Exception in thread "[^"]*" ',
            r"Caused by:\s(?=[\w.$]+(?:Exception|Error)\b)",
            r"\[(?:main|MainThread|pool-\d[\w-]*|Thread-\d+|task-\d+|pid[ =]?\d+|\d+)\]\s+",
            r"(?!(?:error|fatal|warning)\b)[\w./-]{1,60}\t(?=\S+ .*\S)",
            r"\[(?P<letter>[IWEDC])\] (?:\[[\w.]+\] )?",
        )
    )
    + r"))"
)
"""Who and when, in front of what is said; taken off again and again."""

LEVEL = re.compile(
    r"\A\[?(?:ERROR|FATAL|CRITICAL|SEVERE|PANIC|EMERG|ERR|ERRO)\]?(?:\[\d+\])?(?:[\s:|~-]+|\Z)"
    r"(?:(?<=:)[\w.]+:(?=\S))?(?=\S|\Z)"
)
"""A line that calls itself an error."""

NOISE = any_of(
    r"\A\s*\Z",
    r"\A\s+at\s[\w.$<>/]+[(:\s]",
    r"\A\s+\.\.\. \d+ (?:more|common)",
    r"\A\s*at (?:async |new |Object\.|Module\.|node:|file:|Function\.)[^\n]*",
    r'\A\s+File "[^"]*", line \d+',
    r"\A\s*[\^~|]+\s*[\^~|]*\s*\Z",
    r"\A\s*\d+ \| ",
    r"\A\s+\|",
    r"\A\s*\#\d+\s+(?:0x[0-9a-f]+|\S+\s+\()",
    r"\A\s*==\d+==\s+(?:at|by)\s0x",
    r"\A\[?[\w.-]*:?\d*\]?\s*\[\s*\d+\]\s",
    r"\d{1,3}(?:\.\d+)?\s?%(?:\||\s|\]|\Z)",
    r"\[[=>\#. -]{5,}\]",
    r"it/s\b",
    r"\bETA\b",
    (
        r"(?i:\A\W*(?:clean(?:ing|ed)?[\s-]?up|clean(?:ing|ed)?\s(?:\w+\s){0,2}(?:temp|tmp|dir|files|work)|"
        r"removing|deleting|shutting down|shutdown|closing|releasing|copying logs|uploading|saving logs|"
        r"stopping|trap:|epilogue|work dir|tip:|elapsed|real\s|user\s|sys\s|total time|runtime\.totalmemory|"
        r"done\b|bye|goodbye|core dumped|see the log|for more (?:info|details)|to see the full|use .*--help|"
        r"try '|usage:|hint:|help:|note:|node\.js v\d|calls?: |backtrace:|stack trace:|thread \d+ |"
        r"removed? temporary|temporary files))"
    ),
    r"\A-{10,}",
    r"\A\W*(?:Exception Group )?Traceback \(most recent call last\)",
    r"\A\s+reason: (?:Missing output files|Updated input|Rules with|Forced execution)",
    r"\A\s*(?:Command (?:error|output|executed|exit status|wrapper)|Caused by|Work dir|Container):\s*\Z",
    r"\AComplete log",
    r"\AWaiting at most \d+",
    r"\A\W*error: called from\Z",
    r"\A\+ \S",
    r"\bORTE_ERROR_LOG\b",
    r"\bmore process(?:es)? (?:has|have) sent help message\b",
    r"\A={5,}\Z",
    r"\A\*{5,}\Z",
)
"""Lines that neither tell a cause nor that work went on: frames, progress, tidying up."""

SUCCESS = any_of(
    (
        r"\b(?:success(?:ful(?:ly)?)?|all (?:tests|checks|steps|jobs) passed|exit(?:ed)?(?: with)?(?: code|"
        r" status)?[ :=]+0\b|completed? (?:ok|without errors?)|finalstatus[\": ]+success)"
    ),
    flags=re.IGNORECASE,
)
"""Words of something that went well."""

TRIED = re.compile(r"\AError in (?:try|doTryCatch|tryCatch|withCallingHandlers)\(")
"""What a program says of an error that it caught."""
COUNTED = re.compile(r"\A[A-Za-z][A-Za-z\s/()'-]*:\s*[\d.,]+\s?%?\Z|\A(?:[\w.]+\t){2,}")
"""A statistic, or a row of a table: a label and a number."""
BENIGN = any_of(
    (
        r"\b(?:0|no|zero|without(?: any)?|any|ignor(?:e|ed|ing)|non-?fatal|recovered from|tolerat\w+|"
        r"corrected)[\s=:]+(?:\w+\s){0,2}?(?:errors?|failures?|failed|fatal|exceptions?|problems?)\b"
    ),
    (
        r"\b(?:errors?|failures?|failed|exceptions?|err|fatal|aborted|mismatch(?:es)?|crashes|"
        r"""killed)["']?(?:\s\w+){0,2}\s?[:=(]\s?(?:0+(?:\.0+)?|no|none|false|nil|null|\[\]|\{\}|""|'')"""
        r"(?=\s*(?:[,;)\]}]|of\b|in\b|\Z))"
    ),
    (
        r"\b(?-i:[Ee]rrors?|[Ff]ail(?:ure|ed)?|[Ee]xceptions?|[Aa]bort)[\s_-](?:rates?|prob\w*|model|profile|correct\w*|bars?|"
        r"terms?|bound|estimat\w*|toleran\w*|thresholds?|handl\w*|log(?:s|file)?|norm|function|percent\w*|"
        r"budget|distribution|messages? will|mode|check\w*|free|safe|over(?:s|head)?|polic\w*|report(?:s|"
        r"ing)?|stats?|statistics|file|tests?|limit|level|margin|propagation|metric)\b"
    ),
    (
        r"\b(?:rms|mean|median|max(?:imum)?|min(?:imum)?|abs(?:olute)?|rel(?:ative)?|standard|std|average|"
        r"total|squared?|root|residual|relative|training|test|validation|cv|sequencing|sampling|rounding|"
        r"truncation|numerical|discreti[sz]ation|fit(?:ting)?|prediction|estimated|base|rounding|l[12]|final|"
        r"global|local|quantization|measurement|mapping|alignment|"
        r"per-base) (?:\w+ )?errors?\b(?!\s*:\s*[a-z]{4})"
    ),
    r"--?\w*(?:error|fail|abort)\w*[=\s]",
    r"\b\w+[_-]errors?\b(?=\s?[=:]\s?[\d.])",
    r"\berrors?\s?(?:=|~|±|<=?|of|is|below|\+/-)\s?[\d.]+",
    r"\berror\s+\d*\.\d+(?:e[-+]?\d+)?\s*(?:%|,|\Z)",
    (
        r"\b(?:retry(?:ing| \d)|will (?:be )?retr|retried|attempt \d+ of|trying again|falling back|fallback|"
        r"skipp(?:ing|ed)|continuing|reconnecting|using default|not fatal|harmless|can be ignored|"
        r"expected failure|xfail|handled|suppressed|resum(?:ed|ing)|restart(?:ed|ing)|recovered)\b"
    ),
    r"\b(?:failed|error|bad|missing|aborted|rejected|invalid)\s\w+:\s*[\d,]+(?:\s+of\b|\s*\(|\s*\Z)",
    r"\A\S+:\d+: \w*Warning: ",
    r"\A[\s\d.,;:|\[\]()eE+-]*(?:\b(?:nan|inf)\b[\s\d.,;:|\[\]()eE+-]*)+\Z",
    r"\bhandled\b.*:",
    r"\A\s*--?\w[\w-]*(?:[ =]\S+)?\Z",
    r"\bcache[- ]miss",
    r"(?<!not be )(?<!not )\b(?:written|saved|exported) (?:to|in)\b",
    r"\b(?:checking|testing|looking)\s(?:for|whether|if)\b",
    r"\bif (?:this|it|any) \w*\s?(?:fails|errors)",
    r"\bon[\s_-]?(?:error|failure)\b",
    r"\b(?:fail|error)[-_]?(?:fast|safe|soft)\b",
    r"\b\d+ passed\b",
    r"\bpassed\b.*\b0 failed\b",
    r"\bignor(?:e|ed|es|ing)\b",
    r"\berr(?:or)?s?\.(?:log|txt|out|csv|html)\b",
    flags=re.IGNORECASE,
)
"""Frightening words that mean no failure."""
