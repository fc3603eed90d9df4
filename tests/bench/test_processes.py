"""Which CPU time the benchmark counts."""

import subprocess
import sys

from tests.bench import processes

BUSY = "import time\nwhile time.process_time() < .3: pass\nprint('done', flush=True)\ninput()"


def test_the_cpu_time_of_a_process_includes_its_children() -> None:
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BUSY!r}])"
    with subprocess.Popen(
        [sys.executable, "-c", parent], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        process.stdout.readline()

        seconds = processes.count_cpu_seconds(process.pid)

        process.communicate("\n")
    assert seconds >= 0.28  # the kernel counts in ticks of a hundredth
