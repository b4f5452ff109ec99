"""`python -m tests.corpus record [NAME...]`: make the logs anew."""

import sys

from tests.corpus.recording import make_anew

if sys.argv[1:2] == ["record"]:
    make_anew(sys.argv[2:])
