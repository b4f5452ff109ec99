"""`python -m tests.corpus`: the table of how well failures are told, printed and written into the program's help.

`python -m tests.corpus record [NAME...]` makes logs anew by running what fails: of these recipes or families, or all. It
needs the packages that the recipes name; a cause whose programs are not there keeps its old log. It sends nothing
beyond loopback, and writes into temporary folders and tests/corpus/logs only.
"""

import sys

from tests.corpus.recording import make_anew
from tests.corpus.table import speed, table, write_help

if sys.argv[1:2] == ["record"]:
    make_anew(sys.argv[2:])
else:
    text = table()
    write_help(text)
    print(text)
    print(speed())
