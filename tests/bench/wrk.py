"""wrk (Debian: wrk) as the phones: as many requests as a server takes, each on a connection of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PHONES = 16
SCRIPT = """
local codes, next_code = {}, tonumber(os.getenv("FIRST_CODE"))
for line in io.lines(os.getenv("CODES")) do codes[#codes + 1] = line end
request = function()
  next_code = next_code % #codes + 1
  return wrk.format("GET", "/" .. codes[next_code], {["Connection"] = "close", ["User-Agent"] = "phone " .. next_code})
end
done = function(summary, latency)
  local wrong = summary.errors
  io.write(string.format('{"requests": %d, "microseconds": %d, "p50": %d, "p99": %d, "errors": %d}\\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    wrong.connect + wrong.read + wrong.write + wrong.status + wrong.timeout))
end
"""
"""One thread, so that its codes are one list; each round goes on in it, and every code has a device of its own."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Requests, of them a second, latencies in milliseconds, and requests that were not answered with 2xx or 3xx."""

    requests: int
    rate: float
    p50: float
    p99: float
    errors: int

    def __str__(self) -> str:
        wrong = f"   {self.errors} ERRORS" if self.errors else ""
        return f"{self.rate:>8,.0f} requests/s   p50 {self.p50:>5.1f} ms   p99 {self.p99:>6.1f} ms{wrong}"


def is_here() -> bool:
    """Return whether wrk is installed."""
    return shutil.which("wrk") is not None


def top_rate(port: int, paths: Sequence[str], folder: Path, *, seconds: int = 4, first: int = 0) -> Measured:
    """Ask for paths, one after the other, as fast as they are answered; ``first``: of them, which begins."""
    (folder / "codes").write_text("\n".join(paths) + "\n", encoding="utf-8")
    (folder / "scan.lua").write_text(SCRIPT, encoding="utf-8")
    command = ["wrk", "-t1", f"-c{PHONES}", f"-d{seconds}s", "-s", str(folder / "scan.lua"), f"http://127.0.0.1:{port}"]
    environment = {"CODES": str(folder / "codes"), "FIRST_CODE": str(first), "PATH": "/usr/local/bin:/usr/bin:/bin"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    rate = found["requests"] / found["microseconds"] * 1e6
    return Measured(found["requests"], rate, found["p50"] / 1e3, found["p99"] / 1e3, found["errors"])
