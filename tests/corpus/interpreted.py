"""Python, R, Perl, JavaScript, awk and shell that fail."""

from tests.corpus.cause import Cause

__all__ = ["CAUSES"]


def _python(key: str, script: str, args: str = "") -> Cause:
    return Cause(f"python-{key}", f"python3 step.py {args}".strip(), {"step.py": script}, ("python3",))


def _r(key: str, script: str) -> Cause:
    return Cause(f"r-{key}", "Rscript --vanilla step.R", {"step.R": script}, ("Rscript",))


CAUSES = (
    _python("keyerror", "table = {'other': 1}\ndef count(sample):\n    return table[sample]\nprint(count('$sample'))\n"),
    _python("missing-file", "with open('in/$sample/$data.$n.csv') as source:\n    print(source.read())\n"),
    _python("missing-module", "import sys\nprint('version $d.$m', flush=True)\nimport pysamstats\n"),
    _python("bad-number", "rows = '$n;$sample'.split(';')\nprint([int(r) for r in rows])\n"),
    _python("index", "parts = '$sample'.split('@')\nfor i in range($d):\n    print(parts[i])\n"),
    _python("division", "depth = [$n, $m]\nzero = depth[0] - $n\nprint(depth[1] / zero)\n"),
    _python(
        "memory",
        "import resource\nresource.setrlimit(resource.RLIMIT_AS, (400_000_000, 400_000_000))\n"
        "blocks = [bytearray(1000 * $n + 100_000_000) for _ in range(9)]\n",
    ),
    _python("json", "import json\njson.loads('{\"sample\": \"$sample\", \"n\": $n,}' + ' ' * $d)\n"),
    _python("unicode", "data = b'$sample' + bytes([0xe9, $m % 100]) + b'x' * $d\nprint(data.decode('utf-8'))\n"),
    _python("recursion", "def walk(tree, depth=$n):\n    return walk(tree, depth + 1)\nwalk('$sample')\n"),
    _python(
        "usage",
        "import argparse\np = argparse.ArgumentParser(prog='align')\np.add_argument('--threads', type=int)\np.parse_args()\n",
        "--threads four-$m",
    ),
    _python("assertion", "reads = $n\nkept = reads + $d\nassert kept <= reads, f'kept {kept} of {reads} reads'\n"),
    _python("type", "depth = None\nprint('sample $sample')\nprint(depth + $n)\n"),
    _python("attribute", "record = '$sample'\nprint(record.mean_depth)\n"),
    _python("timeout", "import subprocess\nsubprocess.run(['sleep', '$n'], timeout=0.$m)\n"),
    _python("refused", "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:9/api/$sample?n=$n', timeout=3)\n"),
    _python(
        "chained",
        "def load(path):\n    try:\n        return open(path)\n    except OSError as error:\n"
        "        raise RuntimeError('no reference for $sample after $m tries') from error\nload('/ref/$data.fa')\n",
    ),
    _python(
        "pool",
        "from multiprocessing import Pool\ndef work(i):\n    if i == $d:\n        raise ArithmeticError(f'residual {i * $n}.5 of cell {i}')\n"
        "    return i\nif __name__ == '__main__':\n    with Pool(2) as pool:\n        pool.map(work, range(10))\n",
    ),
    _python("disk", "with open('/dev/full', 'w') as out:\n    out.write('$sample ' * $n)\n"),
    _python("syntax", "def run(sample):\n    print('$sample' $n)\n"),
    _python("nan", "import math\ndepth = float('nan') * $n\nif math.isnan(depth):\n    raise FloatingPointError('depth of $sample is nan at step $n')\n"),
    _r("object", "n <- $n\nprint(n)\nprint(summary(depth_table))\n"),
    _r("package", "cat('sample $sample\\n')\nlibrary(DESeq2)\n"),
    _r("file", "x <- read.csv('in/$sample/$data-$n.csv')\n"),
    _r("stop", "check <- function(n) stop('only ', n, ' genes are left of $m')\ncheck($n)\n"),
    _r("non-numeric", "depth <- c('$sample')\nmean_depth <- depth * $n\n"),
    _r("subscript", "m <- matrix(1:4, 2)\nprint(m[$m, 1])\n"),
    _r("singular", "m <- matrix($d, 2, 2)\nsolve(m, c($n, 1))\n"),
    _r("function", "x <- c($n, $m)\nnormalise_counts(x)\n"),
    Cause("perl-die", "perl step.pl", {"step.pl": "open(my $$f, '<', 'in/$sample.$n.txt') or die \"cannot open in/$sample.$n.txt: $$!\";\n"}, ("perl",)),
    Cause("perl-module", "perl step.pl", {"step.pl": "print \"$n\\n\";\nuse Bio::DB::Sam;\n"}, ("perl",)),
    Cause("perl-division", "perl step.pl", {"step.pl": "my $$depth = $n - $n;\nprint $m / $$depth;\n"}, ("perl",)),
    Cause("node-type", "node step.js", {"step.js": "const row = undefined;\nconsole.log('$sample');\nconsole.log(row.depth + $n);\n"}, ("node",)),
    Cause("node-module", "node step.js", {"step.js": "console.log($n);\nrequire('vcf-stream');\n"}, ("node",)),
    Cause("node-missing-file", "node step.js", {"step.js": "require('fs').readFileSync('in/$sample/$data.$n.json');\n"}, ("node",)),
    Cause("node-json", "node step.js", {"step.js": "JSON.parse('{\"sample\": $sample}');\n"}, ("node",)),
    Cause("bash-command", "fastqc-turbo --threads $d $sample.fastq.gz"),
    Cause("bash-unbound", "set -u; echo $sample; echo $$REFERENCE/$data.$n.fa"),
    Cause("bash-missing-input", "cat in/$sample/$data.$n.txt > /dev/null"),
    Cause("bash-syntax", "bash step.sh", {"step.sh": "echo $n\nif [ $d -gt 1 ]; then\n  echo $sample\n"}),
    Cause("bash-directory", "cd work/$sample/$n"),
    Cause("killed", "bash step.sh", {"step.sh": "echo loading $n reads\nbash -c 'kill -9 $$$$; echo $sample'\nexit $$?\n"}),
    Cause("timeout", "timeout 0.2 sleep $n", {}, ("timeout",), says_nothing=True),
)  # fmt: skip
