"""Secrets do not leave in a text, and what is none stays."""

import pytest

from tui.domain.redact import REMOVED, is_secret_name, redacted

PLANTED = "pl4nted0secret"
HEX = "0123456789abcdef" * 2


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {PLANTED}",
        f"X-SBG-Auth-Token: {PLANTED}",
        f"curl -H 'X-SBG-Auth-Token: {PLANTED}' https://host/v2",
        f"DB_PASSWORD={PLANTED} run.sh",
        f"export AWS_SECRET_ACCESS_KEY='{PLANTED} with spaces'",
        f'{{"api_key": "{PLANTED}", "n": 3}}',
        f"--password {PLANTED} --threads 4",
        f"tool --api-key={PLANTED}",
        f"postgres://user:{PLANTED}@db.example/x",
        f"https://bucket.s3.amazonaws.com/a.bam?X-Amz-Expires=900&X-Amz-Signature={PLANTED}",
        f"https://h.example/f?sv=2020&sig={PLANTED}",
        f"see https://hooks.slack.com/services/T0/B0/{PLANTED} for it",
        f"https://discord.com/api/webhooks/12/{PLANTED}",
        f"-----BEGIN RSA PRIVATE KEY-----\n{PLANTED}\n-----END RSA PRIVATE KEY-----",
        f"-----BEGIN PRIVATE KEY-----\n{PLANTED}",
        f"cookie: session={PLANTED}",
        f"token => {PLANTED}",
    ],
)
def test_a_planted_secret_is_removed(text: str) -> None:
    found = redacted(text)
    assert PLANTED not in found
    assert REMOVED in found


@pytest.mark.parametrize(
    "word", [HEX, "eyJhbGciOiJI." + "eyJzdWIi.sig0", "AKIA" + "A1" * 8, "ghp_" + "a1" * 18, "aB3" * 16]
)
def test_a_word_that_looks_like_a_token_is_removed(word: str) -> None:
    assert redacted(f"used {word} here") == f"used {REMOVED} here"


def test_a_known_secret_is_removed_wherever_it_stands() -> None:
    assert redacted("path/shh-1/x", ["shh-1", ""]) == f"path/{REMOVED}/x"


@pytest.mark.parametrize(
    "text",
    [
        "cgc:eb44dce5-8f0c-4b5b-a3a5-1c2d3e4f5a6b",
        "/mnt/data/" + HEX + ".bam",
        "https://cgc.sbgenomics.com/u/a/b/tasks/eb44dce5/?tab=logs",
        "java.lang.OutOfMemoryError: Java heap space",
        "tokenizer: loaded 12 files, author: me, monkey=banana",
        "exit code 137 after 2h",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redacted(text) == text


def test_a_field_that_is_named_as_a_secret_is_one() -> None:
    assert all(map(is_secret_name, ("token", "DB_PASSWORD", "x.api-key", "refresh_token", "Authorization")))
    assert not any(map(is_secret_name, ("tokenizer", "threads", "reads", "author", "key")))
