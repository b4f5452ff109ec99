fasta() { printf '>chr1\n%s\n>chr2\n%s\n' "$(seq 1 60 | tr -d '\n' | tr 0123456789 ACGTACGTTG | head -c 100)" "$(seq 7 90 | tr -d '\n' | tr 0123456789 GATCCATGTA | head -c 140)" > "$1"; }
fastq() { for i in 1 2 3; do printf '@r%s\nACGTACGTACGTACGTACGTACGTACGTACGT\n+\nIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIII\n' $i; done > "$1"; }
sam() { printf '@HD\tVN:1.6\tSO:coordinate\n@SQ\tSN:chr1\tLN:1000\n@SQ\tSN:chr2\tLN:900\nr1\t0\tchr1\t10\t60\t4M\t*\t0\t0\tACGT\tIIII\nr2\t0\tchr1\t30\t60\t4M\t*\t0\t0\tACGT\tIIII\n' > "$1"; }
bam() { sam "$1.sam" && samtools view -b -o "$1" "$1.sam" 2>/dev/null; }
bed() { printf 'chr1\t10\t90\tp1\nchr1\t40\t120\tp2\nchr2\t5\t50\tp3\n' > "$1"; }
vcf() { printf '##fileformat=VCFv4.2\n##contig=<ID=chr1,length=1000>\n##contig=<ID=chr2,length=900>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\nchr1\t10\t.\tA\tC\t50\tPASS\t.\nchr1\t30\t.\tG\tT\t50\tPASS\t.\n' > "$1"; }
gtf() { printf 'chr1\tlab\texon\t1\t90\t.\t+\t.\tgene_id "g1"; transcript_id "t1";\n' > "$1"; }
csv() { printf 'sample,depth,group\nA1,30,a\nB2,18,b\nC3,,a\n' > "$1"; }
water() { printf 'HEADER\nATOM      1  OW  HOH A   1       0.000   0.000   0.000\nATOM      2  HW1 HOH A   1       0.960   0.000   0.000\nEND\n' > "$1"; }
py() { printf 'def main():\n    %b\n\nmain()\n' "$1" > step.py; python3 step.py; }
serve() {
    python3 -c "
import http.server as h, os, sys, threading, time
class H(h.BaseHTTPRequestHandler):
    def do_GET(self): self.send_error($1)
    do_HEAD = do_GET
    def log_message(self, *a): pass
s = h.HTTPServer(('127.0.0.1', 0), H)
open('port', 'w').write(str(s.server_port))
threading.Thread(target=s.serve_forever, daemon=True).start()
time.sleep(20)
" > /dev/null 2>&1 &
    until [ -s port ]; do sleep 0.05; done
}
