"""Tools of every day and of genomics on inputs they cannot take."""

from tests.corpus.cause import Cause

__all__ = ["CAUSES"]

_SAM = "@SQ\tSN:chr1\tLN:1000\nr1\t0\tchr1\t10\t60\t4M\t*\t0\t0\tACGT\tIIII\n"
_VCF = "##fileformat=VCFv4.2\n##contig=<ID=chr1,length=1000>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
_SERVE = (
    'python3 -c "import http.server as h, threading as t, subprocess as s, sys\n'
    "class H(h.BaseHTTPRequestHandler):\n"
    "    def do_GET(self): self.send_error($code)\n"
    "    def log_message(self, *a): pass\n"
    "server = h.HTTPServer(('127.0.0.1', 0), H)\n"
    "t.Thread(target=server.serve_forever, daemon=True).start()\n"
    "sys.exit(s.call(['curl', '-fsS', '-o', 'x', f'http://127.0.0.1:{server.server_port}/$sample/$n.bam']))\""
)


def _curl(key: str, code: int) -> Cause:
    return Cause(f"curl-{key}", _SERVE.replace("$code", str(code)), {}, ("curl", "python3"))


CAUSES = (
    Cause("tar-missing", "tar -czf $sample.$n.tar.gz in/$sample/$data.$n", {}, ("tar",)),
    Cause("tar-not-gzip", "tar -xzf $sample.$n.tar.gz", {"$sample.$n.tar.gz": "this is no archive $m\n"}, ("tar",)),
    Cause("gzip-truncated", "seq 1 $n | gzip > $sample.$n.gz; head -c 60 $sample.$n.gz > cut.$sample.gz; gzip -dc cut.$sample.gz > /dev/null", {}, ("gzip",)),
    Cause("gzip-crc", "seq 1 $n | gzip > $sample.gz; printf 'XXXX' | dd of=$sample.gz bs=1 seek=$$(($$(stat -c %s $sample.gz) - 8)) conv=notrunc 2>/dev/null; gzip -t $sample.gz", {}, ("gzip",)),
    Cause("unzip-like-xz", "xz -dc $sample.$n.xz", {"$sample.$n.xz": "no xz $m\n"}, ("xz",)),
    Cause("curl-refused", "curl -sS -o x http://127.0.0.1:9/$sample/$n.bam", {}, ("curl",)),
    Cause("curl-resolve", "curl -sS -o x https://data-$d.lab.invalid/$sample/$n.bam", {}, ("curl",)),
    _curl("missing", 404),
    _curl("forbidden", 403),
    _curl("down", 503),
    Cause("curl-ssl", "curl -sS --cacert in/$sample-$n.pem https://127.0.0.1:9/$n", {}, ("curl",)),
    Cause("sqlite-table", "sqlite3 $sample.db 'select depth from coverage where n > $n;'", {}, ("sqlite3",)),
    Cause("sqlite-constraint", "sqlite3 $sample-$n.db 'create table s(id primary key); insert into s values($n); insert into s values($n);'", {}, ("sqlite3",)),
    Cause("sqlite-no-database", "sqlite3 $sample.$n.db .tables", {"$sample.$n.db": "this is text, and more of it than a header has: $m " * 5}, ("sqlite3",)),
    Cause("sqlite-syntax", "sqlite3 $sample.db 'selct depth from s where n = $n'", {}, ("sqlite3",)),
    Cause("git-no-repository", "cd / && git log -n $d -- $sample.$n.txt", {}, ("git",)),
    Cause("git-revision", "git init -q . && git checkout -q release-$d.$m-$sample", {}, ("git",)),
    Cause("git-clone", "git clone -q /srv/$sample/$data.$n.git", {}, ("git",)),
    Cause("git-conflict", "git init -q . && git config user.email a@b && git config user.name a && echo $n > x && git add x && git commit -qm a && git checkout -qb side-$m && echo $m > x && git commit -qam b && git checkout -q - && echo $sample > x && git commit -qam c && git merge side-$m", {}, ("git",)),
    Cause("cp-missing", "cp in/$sample/$data.$n.bam out.bam", {}, ()),
    Cause("disk-full-dd", "dd if=/dev/zero of=/dev/full bs=$m count=1 status=none", {}, ()),
    Cause("disk-full-sort", "seq 1 $n | sort -o /dev/full", {}, ()),
    Cause("sort-option", "sort --by-sample=$sample $data.$n", {}, ()),
    Cause("mkdir-exists", "mkdir $sample.$n; mkdir $sample.$n", {}, ()),
    Cause("read-only", "echo $sample > /proc/sys/kernel/ostype", {}, ()),
    Cause("exec-format", "chmod +x $sample.$n.bin && ./$sample.$n.bin", {"$sample.$n.bin": "\x7fELF nothing $m"}, ()),
    Cause("no-execute", "chmod -x tool-$sample.sh; ./tool-$sample.sh $n", {"tool-$sample.sh": "#!/bin/sh\necho $m\n"}, ()),
    Cause("samtools-missing", "samtools view -c in/$sample.$n.bam", {}, ("samtools",)),
    Cause("samtools-not-bam", "samtools index $sample.$n.bam", {"$sample.$n.bam": "no bam $m\n"}, ("samtools",)),
    Cause("samtools-truncated", "samtools view -b -o a.bam a.sam && head -c 70 a.bam > $sample.$n.bam && samtools view $sample.$n.bam", {"a.sam": _SAM}, ("samtools",)),
    Cause("samtools-no-index", "samtools view -b -o $sample.$n.bam a.sam && samtools view $sample.$n.bam chr1:$m-$n", {"a.sam": _SAM}, ("samtools",)),
    Cause("samtools-unsorted", "samtools view -b -o $sample.$n.bam a.sam && samtools index $sample.$n.bam", {"a.sam": _SAM + "r2\t0\tchr1\t5\t60\t4M\t*\t0\t0\tACGT\tIIII\n"}, ("samtools",)),
    Cause("samtools-disk-full", "samtools view -b -o /dev/full a.sam", {"a.sam": _SAM + "".join(f"r{i}\t0\tchr1\t{100 + i % 800}\t60\t4M\t*\t0\t0\tACGT\tIIII\n" for i in range(9000))}, ("samtools",)),
    Cause("samtools-faidx", "samtools faidx $data.fa chr$m:1-$n", {"$data.fa": ">chr1\nACGTACGT\n"}, ("samtools",)),
    Cause("bcftools-no-vcf", "bcftools view $sample.$n.vcf", {"$sample.$n.vcf": "no vcf $m\n"}, ("bcftools",)),
    Cause("bcftools-contig", "bcftools view -r chr$m $sample.$n.vcf", {"$sample.$n.vcf": _VCF + "chr1\t10\t.\tA\tC\t50\tPASS\t.\n"}, ("bcftools",)),
    Cause("bcftools-option", "bcftools call --fast $sample.$n.vcf", {}, ("bcftools",)),
)  # fmt: skip
