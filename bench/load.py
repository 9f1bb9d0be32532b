"""Load from wrk, and what it costs the server: processor time of all of its processes."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 16
THREADS = 2
REPORT = """
done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '\\n{"requests": %d, "microseconds": %d, "p50": %d, "p99": %d, "errors": %d}\\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
"""


@dataclass(frozen=True)
class Measured:
    """What one run of load took."""

    per_second: float
    cpu_ms: float  # of the server, for each request
    p50_ms: float
    p99_ms: float


def measure(
    url: str, *, pid: int, seconds: int, folder: Path, headers: Mapping[str, str] | None = None
) -> Measured:
    """Ask the address for so many seconds. Ends the bench if an answer is an error."""
    script = folder / "report.lua"
    script.write_text(REPORT)
    command = [wrk(), f"-c{CONNECTIONS}", f"-t{THREADS}", f"-d{seconds}s", "--timeout", "60s"]
    command += ["-s", str(script)]
    for name, value in (headers or {}).items():
        command += ["-H", f"{name}: {value}"]
    before = cpu_seconds(pid)
    done = subprocess.run([*command, url], capture_output=True, text=True, check=True)
    spent = cpu_seconds(pid) - before
    said = json.loads(done.stdout.rstrip().rpartition("\n")[2])
    if said["errors"]:
        sys.exit(f"{url}: {said['errors']} errors in {said['requests']} requests.")
    if not said["requests"]:  # none was answered in that time
        return measure(url, pid=pid, seconds=3 * seconds, folder=folder, headers=headers)
    return Measured(
        per_second=said["requests"] / said["microseconds"] * 1_000_000,
        cpu_ms=spent * 1000 / said["requests"],
        p50_ms=said["p50"] / 1000,
        p99_ms=said["p99"] / 1000,
    )


def wrk() -> str:
    found = shutil.which("wrk")
    if found is None:
        sys.exit("wrk is missing: scripts/install-debian-packages")
    return found


def family(pid: int) -> list[int]:
    """Return the process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and (fields := stat_of(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found


def stat_of(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat after the name: state, parent, … (proc(5))."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return []


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process and its descendants have used, user and system."""
    stats = filter(None, map(stat_of, family(pid)))
    ticks = sum(int(fields[11]) + int(fields[12]) for fields in stats)
    return ticks / os.sysconf("SC_CLK_TCK")


def resident_mb(pid: int) -> float:
    """Return the resident memory of a process in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000
