"""What differs from one failure to the next, replaced by what it is: `<n>`, `<path>`, `<time>`, `<host>`, `<hex>`.

Two grades. The *fine* one keeps what a person reads by: the last part of a path, quoted words. The *coarse* one masks
those too, and is what failures are grouped by: two samples that miss their own files failed for one reason.
"""

import re
from functools import lru_cache

__all__ = ["coarse", "fine", "worded"]

_FILES = (
    "bam|bai|sam|cram|crai|fa|fai|fasta|fas|fna|faa|fq|fastq|gz|bgz|tbi|csi|vcf|bcf|gvcf|bed|gtf|gff3?|wig|bw|bigwig|"
    "csv|tsv|txt|json|ya?ml|toml|xml|html?|pdf|png|jpe?g|tiff?|svg|h5|hdf5|h5ad|loom|nc|nc4|npy|npz|pkl|pickle|rds|"
    "rda|rdata|mtx|parquet|feather|arrow|mat|dat|data|db|sqlite3?|tar|tgz|zip|bz2|xz|zst|7z|log|out|err|tmp|bak|sif|"
    "img|iso|vtk|vtu|msh|stl|obj|inp|cfg|conf|ini|dcd|pdb|gro|xtc|trr|tpr|mdp|xyz|cif|mol2|sdf|segy|sgy|las|grb|grib2?|"
    "tif|shp|geojson|mzml|raw|list|lst|idx|index|intervals|dict|par|prm|in|po|bin|pid|lock|"
    "py|pyx|r|rmd|jl|pl|pm6|rb|sh|bash|awk|js|mjs|ts|c|cc|cpp|cxx|h|hpp|f|f90|f95|f03|for|java|jar|class|go|rs|m|sql|"
    "nf|wdl|cwl|smk|mk|ipynb|lua|o|a"
)
_KNOWN = (
    r"s3|ec2|md5|sha1|sha256|sha512|crc32|utf-?8|utf-?16|latin-?1|ascii|u?int(?:8|16|32|64)|float(?:16|32|64)|"
    r"complex(?:64|128)|x86(?:_64)?|amd64|arm64|aarch64|i[36]86|hg(?:18|19|38)|mm(?:9|10|39)|grch3[78]|h5|hdf5|"
    r"bzip2|bz2|base64|python[23]|sqlite3|http2|ipv[46]|oauth2|log(?:2|10|1p)|atan2|e2big|net5|base 10"
)
_KEPT = (
    r"(?i:exit(?:ed|s)?(?:[ _](?:with|by))?(?:[ _](?:error|non-?zero))?(?:[ _](?:exit))?(?:[ _](?:code|status))?|"
    r"(?:error|status|return|exit)[ _-]?(?:code|status)|http(?:/[12](?:\.\d)?)?|errno|signal|"
    r"returned(?: error| non-?zero)?(?: exit)?(?: status| code)?|status|rc|curl|error(?=:? \(?[45]\d\d\b))"
    r"[\s:=(\[#]{1,3}-?\d{1,3}(?![\w.])"
)
"""Numbers that say which error it is."""

_RULES: tuple[tuple[str, str], ...] = (
    ("kept", _KEPT),
    ("code", r"\b(?:error\[E\d{4}\]|ORA-\d{5}|[A-Z]{2}\d{4}(?=:)|SQLSTATE\[\w+\])|\b[45]\d\d(?= [A-Z][a-z]+)"),
    (
        "time",
        r"\b\d{4}[-/]\d\d[-/]\d\d(?:[T ,]+\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?)?(?:Z\b|[+-]\d\d:?\d\d\b)?"
        r"|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? (?:[A-Z][a-z]{2} +\d+|\d+ [A-Z][a-z]{2})[ \d]* \d\d:\d\d:\d\d"
        r"(?: [A-Z]{3,4})?(?: \d{4})?"
        r"|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* \d{1,2},? (?:\d{4},? )?\d\d:\d\d:\d\d(?: [AP]M)?"
        r"|\b\d\d:\d\d:\d\d(?:[.,]\d+)?\b",
    ),
    ("url", r"\b[a-z][a-z0-9+.-]{1,12}://[^\s'\"<>)\]]*[^\s'\"<>)\].,:;]"),
    ("id", r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b"),
    ("hex", r"\b0[xX][0-9a-fA-F]+\b|\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{8,}\b"),
    (
        "host",
        r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b|\blocalhost(?::\d+)?\b|\bip-\d+(?:-\d+){3}[\w.-]*"
        r"|\b[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.(?:com|org|net|edu|gov|cloud|internal|local|lan|invalid|example|test)"
        r"(?::\d+)?\b(?![./\w])"
        rf"|\b(?=[a-z0-9.-]*(?:\d|-))[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)+\.(?!(?:{_FILES}|so)\b)[a-z]{{2,12}}"
        r"(?::\d+)?\b(?![./\w(])"
        r"|\b[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)+\.(?:de|uk|fr|ch|at|nl|be|it|es|se|no|fi|dk|pl|cz|jp|cn|kr|au|nz|ca|us|eu|"
        r"br|mx|za|il|tr|ru|ua|gr|pt|ie|sa|sg|tw|hk|io|ai|dev|info|grid|hpc|cluster)(?::\d+)?\b(?![./\w(])",
    ),
    ("id", r"\bi-[0-9a-f]{4,}\b|\b(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z0-9]{8,}\b"),
    (
        "path",
        r"(?<![\w<>])(?:[A-Za-z]:\\[^\s'\"`:;,()<>|]+|(?:~|\.{1,2})?(?:/[^\s'\"`:;,()<>|]*[^\s'\"`:;,()<>|.])+/?)"
        r"|(?<![\w<>/])[\w.+@%-]+(?:/[\w.+@%=-]+)+\.\w{1,8}\b|(?<![\w<>/])[\w.+@%-]+(?:/[\w.+@%=-]+){2,}",
    ),
    ("file", rf"(?<![\w<>./])[\w+@%=-][\w.+@%=-]*\.(?i:{_FILES})\b(?!\.\w|\()"),
    ("known", rf"(?<![A-Za-z0-9])(?i:{_KNOWN})(?![a-z0-9])"),
    ("n", r"(?<![\w.])[-+]?(?=\.?\d)\d*(?:[,._]?\d+)*(?:[eE][-+]?\d+)?|\d+(?:[.,_]\d+)*"),
)
# Nothing begins inside a word but a number: the guard leaves most letters after one look.
_MASK = re.compile(
    r"(?:(?<!\w)|(?=\d))(?:" + "|".join(f"(?P<{name}{i}>{pattern})" for i, (name, pattern) in enumerate(_RULES)) + ")"
)
_PLAIN = re.compile(r"[A-Za-z :,;()\[\]'\"!*=<>_-]*\Z")
_ALIKE = re.compile(r"\d{4,}|\d\d:\d\d:\d\d")
_ZEROES = str.maketrans("123456789", "0" * 9)
_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"\d+(?:[.,_]\d+)*")

# Words of code, not of data: each missing module, command or column is a reason of its own.
_NAMED = re.compile(
    r"No module named|cannot import name|no package called|command not found|not (?:been )?defined|undeclared|"
    r"could not find function|has no attribute|undefined (?:reference|symbol|variable)|no such (?:table|column|option)|"
    r"cannot find symbol|object '|no member named|Can't locate|unrecognized (?:option|argument)|invalid option|"
    r"unexpected keyword|Cannot find module|not a function|implicit declaration|"
    r"unknown (?:option|command|argument)|cannot open shared object",
    re.IGNORECASE,
)
_ENDED = re.compile(r"\S+: (Killed|Terminated|Hangup|CPU time limit exceeded|File size limit exceeded)\Z")
"""Ended from outside: whichever program it was did nothing wrong."""
_WORDS = re.compile(r"(?<![\w<>./-])[A-Za-z][A-Za-z_.-]*<n>(?:<n>|[\w.-])*(?!>)")
"""A name with a number in it: a sample, a chromosome, a step."""
_SNIPPET = re.compile(r"""(?P<q>["'`])[{\[].*[}\]](?P=q)|\.\.\.(["']).*\2\.\.\.""")
"""A piece of somebody's data, quoted."""
_QUOTED = re.compile(r"(?<![\w])(['\"`‘“])(?! )([^'\"`‘’“”\n]{1,120}?)(['\"`’”])(?!\w)")
_GIVEN = re.compile(r"(?<![\w-])(--?[A-Za-z][\w-]*=)[^\s'\"<>]+")
"""What an option was given."""
_POINTED = re.compile(r"(?<=\s)>([^<>\s]{1,120})<(?=\s|\Z)")
_SIZE = re.compile(r"<n>\.?\s?[KMGTPE]i?B\b")
_SPACE = re.compile(r"\s+")
LIMIT = 240
"""Characters of a signature."""
_LONGEST = 500
"""Characters of a line that are looked at: some of the expressions try each end for each beginning."""


def _base(text: str, kind: str) -> str:
    """A path or file name with its folders gone and its numbers masked."""
    cut = re.split(r"[/\\]", text.rstrip("/\\"))[-1]
    name = _NUMBER.sub("<n>", cut)
    return name if kind == "file" else f"<path>/{name}"


def _mask(line: str, *, keep_names: bool) -> str:
    def replaced(found: re.Match[str]) -> str:
        kind = (found.lastgroup or "").rstrip("0123456789")
        match kind:
            case "kept" | "code" | "known":
                return found[0]
            case "path" | "file":
                return _base(found[0], kind) if keep_names else "<path>"
            case _:
                return f"<{kind}>"

    if _PLAIN.match(line := line.strip()):
        return _SPACE.sub(" ", line)[:LIMIT]
    masked = _SPACE.sub(" ", _MASK.sub(replaced, line)).strip()[:LIMIT]
    return masked if keep_names or _NAMED.search(line) else _WORDS.sub("<x>", masked)


@lru_cache(maxsize=8192)
def _masked(line: str, keep_names: bool) -> str:
    return _mask(line, keep_names=keep_names)


def _quickly(line: str, *, keep_names: bool) -> str:
    """`_mask`, once for all lines that differ only in long numbers and times: thousands of failures are a few."""
    alike = _ALIKE.sub(_zeroed, line)
    masked = _masked(alike, keep_names)
    # A digit that is still there says which error it is: only the line itself has the right one.
    return masked if alike == line or not _DIGIT.search(masked) else _mask(line, keep_names=keep_names)


def _zeroed(found: re.Match[str]) -> str:
    return found[0].translate(_ZEROES)


def fine(line: str) -> str:
    """The line with numbers, ids, folders, hosts, times and hex masked; file names and quoted words stay."""
    return _quickly(line[:_LONGEST], keep_names=True)


def _quoted(found: re.Match[str]) -> str:
    words = found[2].split()
    # A quoted sentence is a message, a quoted word or name is a value.
    return f"{found[1]}<x>{found[3]}" if len(words) <= 2 else found[0]


def coarse(line: str) -> str:
    """The line with file names and quoted values masked as well: what failures of one cause share."""
    line = line[:_LONGEST]
    if found := _ENDED.match(line):
        return f"<x>: {found[1]}"
    if not _NAMED.search(line):
        line = _SNIPPET.sub('"<x>"', line)
        line = _QUOTED.sub(_quoted, line)
    line = _POINTED.sub("'<x>'", _GIVEN.sub(r"\1<x>", line))
    return _SIZE.sub("<n>B", _quickly(line, keep_names=False))


_NAME_LIKE = re.compile(r"(?<![\w<>:])(?![A-Z][A-Z_]{3,}\b)(?=\w*[\d_])(?=\d*[A-Za-z_])\w+(?:[.-]\w+)*(?![\w:(])")
"""A name with a digit or an underscore in it; constants in capitals are words of their own."""
_OWN = re.compile(
    r"(?i)\b(?:bad_alloc|oom_kill\w*|out_of_range|length_error|invalid_argument|runtime_error|logic_error|domain_error|"
    r"no_such\w*|not_found|timed_out|ms_error|x86_64)\b"
)


_CALLED = re.compile(
    r"(?i)\b(sample|group|library|patient|subject|timepoint|cohort|individual)s?\s+(?!sheet|is\b|are\b|has\b|have\b|was\b|"
    r"name|id\b|ids\b|not\b|with|in\b|of\b|and\b|or\b|size|no\b|to\b|from|for|at\b|that|file|table|<)[\w.-]+"
)
"""A sample that is called by its bare name."""


def worded(line: str) -> str:
    """The line as rules of classes see it: numbers, paths, files, ids and the names of samples and columns masked, so
    that none of them decides. Codes stay beside their words (`HTTP 503`, `exit 137`), quoted sentences too."""
    line = line[:_LONGEST]
    quoted = _QUOTED.sub(_quoted_name, _CALLED.sub(r"\1 <x>", line))
    masked = _SPACE.sub(" ", _MASK.sub(_kept_words, quoted)).strip()[:LIMIT]
    return _NAME_LIKE.sub(lambda found: found[0] if _OWN.search(found[0]) else "<x>", masked)


def _quoted_name(found: re.Match[str]) -> str:
    words = found[2].split()
    kept = len(words) > 2 or (len(words) == 1 and words[0].isalpha() and words[0] in _LIBRARIES)
    return found[0] if kept else f"{found[1]}<x>{found[3]}"


def _kept_words(found: re.Match[str]) -> str:
    kind = (found.lastgroup or "").rstrip("0123456789")
    return found[0] if kind in {"kept", "code", "known"} else f"<{kind}>"


_LIBRARIES = frozenset({"NoneType"})
