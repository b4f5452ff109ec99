"""C, C++, Fortran, Java, Rust, and what builds them."""

from tests.corpus.cause import Cause

__all__ = ["CAUSES"]


def _c(key: str, body: str, flags: str = "-g", *, cpp: bool = False) -> Cause:
    head = "#include <cassert>\n#include <vector>\n#include <string>\n#include <stdexcept>\n#include <map>\n" if cpp else (
        "#include <assert.h>\n#include <math.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n"
    )  # fmt: skip
    name, compiler = ("solver.cpp", "g++") if cpp else ("solver.c", "gcc")
    source = (
        head
        + "int main(int argc, char **argv) {\n  volatile int n = $n, d = $d; (void)n; (void)d;\n"
        + body
        + "\n  return 0;\n}\n"
    )
    return Cause(
        f"{'cpp' if cpp else 'c'}-{key}",
        f"{compiler} -w {flags} -o solver {name} -lm && ./solver $sample",
        {name: source},
        (compiler,),
    )


def _fortran(key: str, body: str, flags: str = "-g") -> Cause:
    source = f"program model\n  implicit none\n{body}\nend program\n"
    return Cause(
        f"fortran-{key}", f"gfortran {flags} -w -o model model.f90 && ./model", {"model.f90": source}, ("gfortran",)
    )


def _java(key: str, body: str, flags: str = "", extra: str = "") -> Cause:
    source = (
        "import java.util.*;\nimport java.io.*;\nimport java.nio.file.*;\npublic class Caller {\n" + extra
        + "  public static void main(String[] a) throws Exception {\n    int n = $n, d = $d;\n" + body + "\n  }\n}\n"
    )  # fmt: skip
    return Cause(
        f"java-{key}",
        f"javac -nowarn Caller.java && java {flags} -cp . Caller",
        {"Caller.java": source},
        ("javac", "java"),
    )


def _mpi(key: str, body: str) -> Cause:
    source = (
        "#include <mpi.h>\n#include <stdio.h>\n#include <stdlib.h>\nint main(int c, char **v) {\n  int rank; MPI_Init(&c, &v);\n"
        "  MPI_Comm_rank(MPI_COMM_WORLD, &rank);\n" + body + "\n  MPI_Finalize(); return 0;\n}\n"
    )
    run = "mpirun --allow-run-as-root --oversubscribe -np 2 ./wave"
    return Cause(f"mpi-{key}", f"mpicc -w -o wave wave.c && {run}", {"wave.c": source}, ("mpicc", "mpirun"))


CAUSES = (
    _c("assert", "  int cells = n % 7;\n  assert(cells > 100 && \"too few cells\");"),
    _c("segfault", "  printf(\"n %d\\n\", n); fflush(stdout);\n  int *p = (int *)(long)(d - $d); p[0] = n;"),
    _c("double-free", "  char *p = malloc(n); char *q = p; free(p); free(q);"),
    _c("float-exception", "  int zero = d - $d; printf(\"%d\\n\", n / zero);"),
    _c("smash", "  char name[8]; char *from = getenv(\"PATH\"); for (int i = 0; i < 64; i++) name[i] = from[i % 8]; puts(name);", "-O0 -fstack-protector-all"),
    _c("asan-overflow", "  int *x = malloc(10 * sizeof(int)); x[9 + d] = n; printf(\"%d\", x[9 + d]);", "-g -fsanitize=address"),
    _c("asan-use-after-free", "  int *x = malloc(n); x[0] = d; free(x); printf(\"%d\", x[0]);", "-g -fsanitize=address"),
    _c("asan-leak", "  void **x = malloc(n); x = 0; printf(\"%d\", d);", "-g -fsanitize=address"),
    _c("ubsan", "  int big = 2147483000; printf(\"%d\\n\", big + n);", "-g -fsanitize=undefined -fno-sanitize-recover=all"),
    _c("perror", "  FILE *f = fopen(\"in/$sample.$n.dat\", \"r\"); if (!f) { perror(\"solver: cannot read in/$sample.$n.dat\"); return d; }"),
    _c("diverged", "  double r = 1.0 * n; for (int i = 0; i < 4; i++) { r *= n; printf(\"step %d residual %g\\n\", i, r); }\n  fprintf(stderr, \"ERROR: solver diverged at step %d, residual %g exceeds 1e10\\n\", 10 * d, r); return 3;"),
    _c("out-of-range", "  std::vector<int> v(d); return v.at(n);", cpp=True),
    _c("bad-alloc", "  std::vector<double> v; v.resize(1000000000000L + n); return v.size();", "-g -fsanitize-recover=all", cpp=True),
    _c("runtime-error", "  throw std::runtime_error(std::string(\"cell \") + std::to_string(n) + \" of $sample has no neighbour\");", cpp=True),
    _c("map-at", "  std::map<std::string, int> m; return m.at(\"$sample\");", cpp=True),
    _fortran("end-of-file", "  integer :: i, k\n  open(10, file='short-$n.dat'); write(10, *) $d; rewind(10)\n  do i = 1, $m\n    read(10, *) k\n  end do"),
    _fortran("missing-file", "  open(11, file='in/$sample/$data.$n.nml', status='old')\n  print *, $n"),
    _fortran("bounds", "  real :: depth(5)\n  integer :: i\n  i = 5 + $d\n  depth(i) = $n\n  print *, depth(1)", "-g -fcheck=bounds -fno-inline"),
    _fortran("bad-value", "  character(20) :: text = '$sample'\n  integer :: k\n  print *, $n\n  read(text, *) k\n  print *, k"),
    _fortran("error-stop", "  print *, 'step', $n\n  error stop 'CFL condition violated'"),
    _fortran("allocate", "  real, allocatable :: a(:)\n  allocate(a($n))\n  allocate(a($m))\n  print *, a(1)"),
    _java("null", "    String s = n > 0 ? null : \"x\";\n    System.out.println(s.length());"),
    _java("heap", "    List<long[]> all = new ArrayList<>();\n    while (true) all.add(new long[10 * n + 100000]);", "-Xmx16m"),
    _java("missing-file", "    new FileInputStream(\"in/$sample/$data.\" + n + \".bam\").read();"),
    _java("array", "    int[] depth = new int[d];\n    System.out.println(depth[n]);"),
    _java("caused-by", "    try { Integer.parseInt(\"$sample\"); } catch (NumberFormatException e) { throw new IllegalStateException(\"row \" + n + \" of $data\", e); }"),
    _java("stack", "    System.out.println(walk(n));", "-Xss300k", "  static int walk(int n) { return walk(n + 1) + 1; }\n"),
    _java("cast", "    Object o = \"$sample\" + n;\n    System.out.println((Integer) o + 1);"),
    _java("illegal-argument", "    if (d > 1) throw new IllegalArgumentException(\"Contig chr\" + d + \" is not in the dictionary of $data.dict\");"),
    Cause("java-no-class", "java -cp $sample.jar org.lab.Align$d", {}, ("java",)),
    Cause("java-no-jar", "java -Xmx${m}m -jar /opt/$sample/picard-$d.$m.jar MarkDuplicates", {}, ("java",)),
    Cause("javac-symbol", "javac Main.java", {"Main.java": "public class Main {\n  int n = $n;\n  int depth() { return coverage + $m; }\n}\n"}, ("javac",)),
    Cause("gcc-undeclared", "make -s all", {"Makefile": "all: solver\nsolver: solver.c\n\tgcc -o solver solver.c\n", "solver.c": "/* $n */\nint main(void) {\n  return depth + $d;\n}\n"}, ("make", "gcc")),
    Cause("gcc-header", "gcc -c solver.c -DN=$n", {"solver.c": "#include <netcdf_par.h>\nint n = $d;\n"}, ("gcc",)),
    Cause("ld-undefined", "gcc -o solver solver.c", {"solver.c": "int mesh_load(int);\nint main(void) { return mesh_load($n); }\n"}, ("gcc",)),
    Cause("ld-library", "gcc -o solver solver.c -lparmetis", {"solver.c": "int main(void) { return $d; }\n"}, ("gcc",)),
    Cause("make-no-rule", "make $sample.sorted", {"Makefile": "%.sorted: %.$data.$n\n\tsort $$< > $$@\n$sample.sorted: in/$sample.$data.$n\n"}, ("make",)),
    Cause("cmake-package", "cmake -S . -B build-$n", {"CMakeLists.txt": "cmake_minimum_required(VERSION 3.10)\nproject(wing_$d C)\nfind_package(PETScX REQUIRED)\n"}, ("cmake",)),
    Cause("rust-unwrap", "rustc -o r main.rs 2>/dev/null && ./r", {"main.rs": "fn main() { let f = std::fs::read_to_string(\"in/$sample.$n.toml\").unwrap(); println!(\"{}\", f); }\n"}, ("rustc",)),
    Cause("rust-index", "rustc -o r main.rs 2>/dev/null && ./r", {"main.rs": "fn main() { let v = vec![1; $d]; let i = std::env::args().count() + $m; println!(\"{}\", v[i]); }\n"}, ("rustc",)),
    _mpi("abort", "  if (rank == 1) { fprintf(stderr, \"rank %d: halo of cell $n is empty\\n\", rank); MPI_Abort(MPI_COMM_WORLD, $d); }"),
    _mpi("segfault", "  if (rank == 1) { int *p = 0; p[$d] = $n; }"),
    _mpi("truncate", "  int x[4] = {$n}; if (rank == 0) MPI_Send(x, 4, MPI_INT, 1, 0, MPI_COMM_WORLD); else MPI_Recv(x, 1, MPI_INT, 0, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);"),
)  # fmt: skip
