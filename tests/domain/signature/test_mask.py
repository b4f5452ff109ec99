import pytest

from tui.domain.signature import coarse, fine

MASKED = {
    "OOM: killed at 15.8G": "OOM: killed at <n>G",
    "FileNotFound: /in/run-3/mesh.vtk": "FileNotFound: <path>/mesh.vtk",
    "mesh.vtk missing": "mesh.vtk missing",
    "job bwa exited with code 137": "job bwa exited with code 137",
    "curl: (7) Failed to connect to db.lab.internal:5432": "curl: (7) Failed to connect to <host>",
    "S3Client - AccessDenied (Status Code: 403; Request ID: 8F2A9123)": (
        "S3Client - AccessDenied (Status Code: 403; Request ID: <id>)"
    ),
    "requested URL returned error: 404 Not Found": "requested URL returned error: 404 Not Found",
    "at 2026-11-24T10:20:08.123Z on 10.0.3.4:80": "at <time> on <host>",
    "task 7f3c9a21-2d0e-4b5c-9c11-0123456789ab of i-0a2f9c": "task <id> of <id>",
    "free(): 0x55f0c1 in s3://lab/x/y.cram": "free(): <hex> in <url>",
    "chr7:1,234,567-9,999 residual -1.5e-3": "chr<n>:<n>-<n> residual <n>",
    "'utf-8' codec can't decode byte 0xff": "'utf-8' codec can't decode byte <hex>",
    "input/output error, read/write": "input/output error, read/write",
}


@pytest.mark.parametrize(("said", "masked"), MASKED.items())
def test_what_differs_between_runs_is_masked_and_what_says_which_error_is_kept(said: str, masked: str) -> None:
    """Numbers, ids, folders, hosts and times go; exit codes, statuses and names of files stay."""
    assert fine(said) == masked


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("KeyError: 'NA12878'", "KeyError: 'tumor'"),
        ('open("/a/x.bam"): No such file or directory', 'open("/b/c/control.bam"): No such file or directory'),
        ("invalid literal for int() with base 10: 'abc'", "invalid literal for int() with base 10: 'n/a'"),
    ],
)
def test_coarse_forgets_quoted_values_and_file_names(one: str, other: str) -> None:
    """Two samples that fail for one reason say the same."""
    assert coarse(one) == coarse(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ModuleNotFoundError: No module named 'numpy'", "ModuleNotFoundError: No module named 'pysam'"),
        ("job bwa exited with code 1", "job bwa exited with code 137"),
        ("bash: samtools: command not found", "bash: bcftools: command not found"),
    ],
)
def test_coarse_keeps_words_of_code(one: str, other: str) -> None:
    """Another missing module, another exit code and another missing program are other reasons."""
    assert coarse(one) != coarse(other)


def test_a_signature_has_an_end() -> None:
    """A line of a megabyte becomes a signature that fits a screen."""
    assert len(coarse("error " * 100_000)) <= 240
