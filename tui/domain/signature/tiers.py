"""How programs say what went wrong: the shapes of error lines, by how much each one tells."""

import re
from enum import IntEnum
from re import IGNORECASE

from tui.domain.signature.anyof import any_of

__all__ = ["CAUSES", "WRAPPERS", "Tier", "is_wrapper", "says_nothing", "tier_of"]


class Tier(IntEnum):
    """How much a line tells of the cause; a higher one wins over a lower one."""

    NONE = 0
    WRAPPER = 1
    """Somebody says that somebody else failed: make, mpirun, a workflow engine, a shell's exit code."""
    WORDS = 2
    """It has a failing word in it."""
    ERROR = 3
    """A tool's own error message."""
    SIGNAL = 4
    """What a shell says of a process that a signal ended."""
    CAUSE = 5
    """The line that a language runtime or sanitizer ends with."""
    VERDICT = 6
    """Who ended it says why: out of memory, out of time, the machine is gone."""


_VERDICT = any_of(
    r"\bDUE TO (?:TIME LIMIT|PREEMPTION|NODE FAILURE|NODE_FAIL|MEMORY)",
    r"\boom[-_ ]?kill",
    r"\bOOM ?Killed\b",
    r"\bexceeded (?:hard |its |the )?(?:memory|job|step|wall) ?(?:time )?limit",
    r"\bexceeded hard limit\b",
    r"\bwall\s?time \S+ exceeded|\bwall\s?time (?:limit )?exceeded",
    r"\bTERM_[A-Z]+LIMIT\b",
    r"\bspot (?:interruption|instance .*terminat)",
    r"being (?:terminated|preempted)\b",
    r"\bPreempted\b(?! reads)",
    r"\bHost EC2 .*terminated",
    r"\AEvicted\b",
    r"\bnode was low on resource\b",
    r"\bOutOfMemoryError\b",
    r"\bkilled due to (?:memory|the node running low)",
    r"\bContainer killed by YARN\b",
    r"\bDeadlineExceeded\b|\bactive longer than specified deadline",
    r"\b(?:duration|run ?time|time) exceeded (?:the )?(?:timeout|limit)",
    r"\bsrun: error: .*: Out Of Memory",
    r"\bbytes? of memory .*(?:exhausted|exceeded)",
)
WRAPPERS = any_of(
    (
        r"\A(?:g|c|mingw32-)?make(?:\[\d+\])?: \*\*\* .*\b(?:Error \d+|Segmentation|Killed|Aborted|Terminated|"
        r"Waiting)"
    ),
    r"\Aninja: build stopped",
    r"\ACMake Error:? .*(?:errors occurred|configuring incomplete)",
    r"Configuring incomplete",
    r"\b(?:returned|with|by)\s(?:a\s)?non-?zero\s(?:exit\s)?(?:status|code)",
    r"\bnon-?zero\s(?:exit\s)?(?:status|code)",
    (
        r"\b(?:exited|terminated|failed|finished|ended|completed|died|exit)\b.{0,30}\b(?:code|"
        r"""status)s?\b["']?[\s:=(]*-?\d+"""
    ),
    r"""\bexit(?:ed)?[\s_-]*(?:code|status|value)s?\b["']?[\s:=(]+-?\d+""",
    r"\A\W*exit(?:ed)? \d+\W*\Z",
    r"\A(?:\[\S+\]\s)?Error in rule",
    r"\AError executing (?:process|rule)",
    r"\A\s*Process `.*terminated",
    r"\AExiting because a job",
    r"\AWorkflowError",
    r"\AExecution halted",
    r"\AExecution (?:failed|aborted)",
    r"permanentFail",
    r"temporaryFail",
    r"\ASome (?:jobs|tasks) failed",
    r"\bjob .*\bcompleted permanent",
    r"\bExiting with failure status",
    r"\bError is not recoverable",
    r"\bprevious errors?\b",
    r"\berror: ld returned \d",
    r"\Acompilation terminated",
    r"\A(?:BEGIN failed--c|C)ompilation (?:aborted|failed in require) at ",
    r"\A\d+ (?:errors?|warnings?)(?: generated)?\.?\Z",
    r"\Aerror: (?:aborting|could not compile)",
    r"MPI_ABORT",
    r"\A(?:mpirun|mpiexec|orterun)(?:\.\w+)? (?:noticed(?!.*\bsignal)|detected|has exited)",
    r"\APrimary job",
    r"MPI_ERRORS_ARE_FATAL",
    r"\AMPI will now abort",
    r"with errorcode",
    r"\bprte?run\b",
    r"srun: error: .*(?:Exited|Terminated|Killed|tasks? [\d,-]+: )",
    r"srun: (?:launch|Job step|forcing|Terminating)",
    r"\bslurmstepd: error: \*\*\*",
    r"\A\(ERR\): \S+ (?:exited|died) ",
    r"\AError: Encountered internal \w+(?: \d)? exception \(#",
    r"\AERROR: (?:Exiting|Aborting) ",
    r"\ATask exited with return",
    r"\ABash command failed",
    r"\bExiting the worker because of a failed job",
    r"\bFailedJobsException\b",
    r"\bcontains \d+ failed jobs",
    r"\bis completely failed\b",
    r"\bnco_err_exit\(\)",
    r"\AERROR: the program (?:failed|ended)",
    r"\Anpm (?:ERR!|error) (?:Lifecycle|code|errno|path|command|location|workspace|A complete log|syscall)\b",
    r"\ARuleException\b",
    r"\AMissingOutputException in rule",
    r"\ATerminating\b.*\bjob",
    r"\bsubprocess failed\b",
    r"\b(?:did|was|has|have) ?(?:not|n't) (?:be(?:en)? )?(?:complete|finish|succe|end)",
    r"\AFailing at address",
    r"\ACommand failed\b",
    r"\Axargs: .*: exited with status",
    r"\Aparallel: This job failed",
    r"\Aprogram abnormally terminated",
    r"\b(?:FATAL )?ERROR,? exiting",
    r"\bnodes? failed\b.*\battempt",
    r"\AProc:",
    r"\ASignal code:",
    (
        r"\A(?:Task|Job|Step|Process|Command|Stage|Pipeline|Workflow|Run|"
        r"""Build)\b[\w\s.:'"`/<>-]{0,80}\bfailed\.?\Z"""
    ),
    r"\A(?:Pipeline|Workflow|Build|Job|Step|Stage|Task)\s(?:execution\s)?(?:failed|aborted|stopped)",
    r"CalledProcessError",
    r"\AError termination\b",
    r"\AException ignored",
    r"\bABORTING WITH (?:RETURN|EXIT)",
    r"\bcore dumped\)?\Z.*\bstatus",
    r"\AA fatal error has been detected",
    r"\A(?:fatal )?error:?\s*\Z",
    r"\AFAILED(?:: | in |\Z)",
    r"\Acleanup failed",
    r"\bUnable to (?:clean|remove)\b",
    r"\Acollect\d: error:",
    r'\bSee also "',
    r"Could not find or load main class\Z",
)
CAUSES = any_of(
    (
        r"\A(?:[A-Za-z_][\w$]*\.)*[A-Z]\w*(?:Error|Exception|Interrupt|Failure|Fault|Violation|Warning|Exit|"
        r"Expired|Timeout|NotFound|Refused|Denied)\b(?:\s\[\w+\])?(?::\s|\Z)"
    ),
    r"\A(?:[a-z_]\w*\.)+[a-z_]*(?:error|herror|gaierror|timeout)(?::\s|\Z)",
    r"\bthread '[^']*'(?: \(\d+\))? panicked at",
    r"\Apanic: ",
    r"\Afatal error: all goroutines",
    r"\bAssertion\b.*\bfailed",
    r"\Aassert(?:ion)? (?:failed|error)",
    r"\bBrokenProcessPool: ",
    r"\bcompleted successfully, but\b",
    r"\AException: [\"']?[A-Z]\w+",
    r"\ASTOP\b(?!\s*0\s*\Z)\s*\S",
    r"\AERROR STOP\b",
    r"\bERROR: (?:Address|Leak|Memory|Thread)Sanitizer",
    r"\bSUMMARY: \w+Sanitizer",
    r": runtime error: ",
    r"\AWARNING: ThreadSanitizer",
    r"\Aterminate called",
    r"\A\s*what\(\):",
    r"stack smashing detected",
    r"double free or corruption",
    r"\bfree\(\): invalid",
    r"malloc\(\):",
    r"munmap_chunk",
    r"corrupted (?:size|double-linked|unsorted)",
    r"buffer overflow detected",
    r"realloc\(\): invalid",
    r"\AFortran runtime error:",
    r"\AProgram (?:received signal|aborted)",
    r"\b[Oo]ut\s?of\s?memory\b",
    r"\boom[-_ ]?kill",
    r"\bOOM\b",
    r"std::bad_alloc",
    r"\AError in\b.*\s:\s*\S",
    r"\A\*\*\* glibc detected",
    r"\AUncaught\b",
    r"\bCODE Segmentation",
    r"\A\[?[A-Z]{1,3} USER ERROR",
    r"\AA USER ERROR",
    r"Unhandled exception",
    r"uncaught exception",
)
_SIGNAL = any_of(
    (
        r"\A(?:[^\s:]+: )?(?:line \d+:\s+)?(?:\d+ )?(?:Segmentation fault|Killed|Aborted|Terminated|Bus error|"
        r"Illegal instruction|Floating point exception|Alarm clock|File size limit exceeded|"
        r"CPU time limit exceeded|Hangup|Trace/breakpoint trap|Quit|Broken pipe|User defined signal \d|"
        r"Bad system call)(?:\s*\(core dumped\)|\s+\(core dumped\)|\s{2,}.*|\s*\Z)"
    ),
    r"\bSegmentation fault\b",
    r"\bSIG(?:SEGV|KILL|ABRT|BUS|FPE|ILL|TERM|XCPU|XFSZ)\b",
    r"\ASignal: .*\(\d+\)",
    r"\b(?:on|by|with|from|received) signal (?:[4-9]|11|15|24|25)\b",
    r"\bsignal (?:[4-9]|11|24|25) \(",
)
_ERROR = any_of(
    r"\A\W{0,3}(?:fatal|critical|severe)(?:\s(?:error|exception))?\b\s*[:!\]-]",
    r"\A\W{0,3}(?:error|err)\b(?:\s\w+)?\s*[\])]*\s?[:!-]\s*\S",
    r"\A\[E::",
    r"\A\[[\w.]+::?[\w.]+\]\s+(?:error|fail|fatal|cannot|could)",
    r"\A[\w./+-]+(?:\[\d+\])?:\s(?:fatal\s)?error\b",
    r"\A[^\s:]+(?::\d+)+:\s+(?:fatal\s)?error:",
    r":\s(?:fatal\s)?error:\s",
    r"\berror\[E\d+\]",
    r"\A\w+Error:",
    r"\A(?-i:[A-Z][a-z]+(?:[A-Z][a-z]+){1,4}): \w+ \w+",
    (
        r"(?:\A|:\s)(?:No such file or directory|Permission denied|No space left on device|Disk quota exceeded|"
        r"Input/output error|Is a directory|Not a directory|File exists|Read-only file system|"
        r"Too many open files|Cannot allocate memory|Connection (?:refused|reset by peer|timed out)|"
        r"Broken pipe|Device or resource busy|Exec format error|Operation not permitted|File too large|"
        r"Argument list too long|Invalid argument|Bad file descriptor|Name or service not known|"
        r"Temporary failure in name resolution|No route to host|Network is unreachable|Stale file handle|"
        r"Text file busy|Resource temporarily unavailable|Directory not empty|File name too long|Illegal seek|"
        r"Transport endpoint is not connected|Structure needs cleaning|command not found|"
        r"Too many levels of symbolic links)(?:[\s.:,(\[]|\Z)"
    ),
    r"\[Errno -?\d+\]",
    r"\A\w[\w.+-]*:\s\*\*\*\s",
    r"\*\*\* No rule",
    (
        r"\A\w[\w./+-]*(?:\s[\w-]+)?:\s(?:line\s\d+:\s)?(?:\S+:\s)?(?:cannot|can't|could\snot|couldn't|failed\sto|"
        r"unable\sto|invalid|unknown|unrecogni[sz]ed|missing|unexpected|no\ssuch|not\s(?:in|a)\s|bad|illegal|"
        r"corrupt|truncated|syntax\serror|option|stdin:|unbound|undefined)"
    ),
    r"\A(?:\w+\s)?error\s(?:near|in|at|while|reading|opening|writing|parsing|executing|loading|code|\d+)\b",
    r"\Acurl: \(\d+\)",
    r"\bat\s\S+\sline\s\d+[.,]",
    r"\bhttp\s(?:error\s)?[45]\d\d\b",
    r"\bstatus\s?(?:code)?:?\s[45]\d\d\b",
    r"\b(?:Access|Permission)\s?Denied\b",
    r"\bmanifest\sunknown",
    r"\bundefined\sreference\sto",
    r"\b(?:terminated|cancell?ed|stopped)\sby\b",
    r"\b[A-Z]{2,}(?:_[A-Z]+)*_(?:FAILED|ERROR|EXHAUSTED|DENIED|TIMEOUT)\b",
    r"\b(?:parse|runtime|syntax|usage|internal|configuration|validation|io|i/o)\serror\b",
    r"\Afatal:",
    r"\AE: ",
    r"\AERROR\b",
    r"\A!\s",
    r"\berror\s-\d+\b",
    r"\A\(?error\)?\W",
    r"\berror:\s",
    flags=IGNORECASE,
)
_WORDS = any_of(
    (
        r"\b(?:error|failed|failure|fails|fatal|exception|cannot|can't|could\snot|couldn't|unable\sto|denied|"
        r"refused|aborted|abort(?:ing)?|not\sfound|no\ssuch|invalid|corrupt(?:ed|ion)?|truncated|exceeded|"
        r"timed?\s?out|unexpected|illegal|out\sof\s(?:range|bounds|disk|space)|overflow|killed|crash(?:ed)?|"
        r"expired|missing|mismatch|incompatible|unsupported|diverge[ds]?|not\sconverged?|did\snot\sconverge|"
        r"unknown|unrecogni[sz]ed|not\srecogni[sz]ed|unbound|impossible|undeclared|attempt\sto|"
        r"nan\b|singular|unauthorized|forbidden|insufficient|unresolved|undefined|does\snot\sexist|"
        r"doesn't\sexist|not\senough|not\s(?:allowed|permitted|supported))\b"
    ),
    (
        r"\blicen[sc]ed?\b.{0,80}\b(?:checkout|taken|in\suse|exhausted|unavailable|not\savailable|already\sreached|"
        r"no\s(?:more\s|free\s)?(?:seats?|tokens?))\b"
    ),
    flags=IGNORECASE,
)

_TIERS = (
    (Tier.VERDICT, _VERDICT),
    (Tier.WRAPPER, WRAPPERS),
    (Tier.CAUSE, CAUSES),
    (Tier.SIGNAL, _SIGNAL),
    (Tier.ERROR, _ERROR),
    (Tier.WORDS, _WORDS),
)
"""Wrappers before causes: many of their lines would pass for more."""


_GENERIC = frozenset({
    "a", "above", "again", "an", "and", "app", "application", "at", "attempt", "batch", "be", "because", "been",
    "below", "by", "check", "code", "command", "completed", "container", "containers", "details", "did", "do",
    "does", "due", "encountered", "end", "ended", "ends", "error", "errors", "essential", "exception", "execution",
    "exit", "exited", "exiting", "fail", "failed", "failing", "failure", "finished", "following", "for", "from",
    "gracefully", "had", "has", "have", "in", "information", "instance", "instances", "is", "it", "its", "job",
    "jobs", "log", "logs", "look", "machine", "main", "message", "messages", "more", "node", "non", "nonzero",
    "nonzeroexitcode", "not", "occurred", "of", "on", "one", "operation", "or", "our", "pipeline", "please", "pod",
    "process", "processes", "program", "reason", "result", "results", "return", "returned", "run", "running",
    "script", "see", "several", "some", "stage", "status", "stderr", "step", "steps", "stopped", "task", "tasks",
    "terminated", "termination", "than", "the", "there", "this", "to", "tool", "unexpected", "unexpectedly",
    "unknown", "unsuccessful", "unsuccessfully", "user", "value", "virtual", "was", "were", "while", "will", "with",
    "without", "work", "worker", "workflow", "you", "your", "zero",
})  # fmt: skip
_NAME = re.compile(
    r"""(?i)\b(?:job|task|step|process|node|rule|stage|pod|container|app|application|command|worker|instance|tool)s?\s+"""
    r"""(?:(?:of|named|id)\s+)?(?!failed|exited|failure|error|terminated|ended|was|has|is|in|on|with|and|finished|stopped)"""
    r"""["'`(\[]?[\w.:/#@-]+["'`)\]]?"""
    r"""|"[^"]*"|'[^']*'|`[^`']*[`']|\S*[\d_/\\]\S*"""
)
_WORD = re.compile(r"[A-Za-z][A-Za-z']*")


def says_nothing(line: str) -> bool:
    """Whether the sentence has no word in it but those of any failure: that a job, a step, a container failed."""
    if len(line) > 240:
        return False
    words = _WORD.findall(_NAME.sub(" ", line).lower())
    return bool(words) and all(word in _GENERIC for word in words) and any(word in _FAILING for word in words)


_SYSTEM = re.compile(r"(?i): (?:no space left on device|permission denied|cannot allocate memory|connection refused)\b")
"""What the system said, at the end of a line that also tells of an exit."""
_SIGNALLED = re.compile(r"exited on signal \d+|\bdied with signal \d+")
_FAILING = frozenset({
    "ended", "error", "errors", "exception", "exit", "exited", "fail", "failed", "failing", "failure",
    "nonzeroexitcode", "returned", "stopped", "terminated", "unsuccessful", "unsuccessfully",
})  # fmt: skip


def tier_of(line: str) -> Tier:
    """How much the line tells, its prefix taken off."""
    for tier, pattern in _TIERS:
        if pattern.search(line):
            if tier is Tier.WRAPPER and _SIGNALLED.search(line):
                return Tier.SIGNAL
            if tier is Tier.WRAPPER and _SYSTEM.search(line):
                return Tier.ERROR
            return Tier.WRAPPER if tier is Tier.WORDS and says_nothing(line) else tier
    return Tier.NONE


def is_wrapper(line: str) -> bool:
    """Whether the line only says that something else failed."""
    return not _VERDICT.search(line) and (WRAPPERS.search(line) is not None or says_nothing(line))
