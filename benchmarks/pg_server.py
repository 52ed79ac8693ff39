"""A PostgreSQL server of its own for a measurement, in a temporary folder; stopped and removed at the end."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from analysis.exceptions import Text, Where, machine_failed


@dataclass(frozen=True)
class Server:
    """A running server: its programs, its folder and its settings."""

    programs: Path
    folder: Path
    settings: str

    @property
    def url(self) -> str:
        """Return the address of its database."""
        return f"postgresql://tester@/postgres?host={self.folder}"

    def run(self, program: str, *words: str) -> None:
        """Run one of its programs."""
        user = "postgres" if os.geteuid() == 0 else None  # the server refuses to run as root
        command = [str(self.programs / program), "-D", str(self.folder / "data"), *words]
        subprocess.run(command, user=user, cwd=self.folder, check=True, stdout=subprocess.DEVNULL)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = f"-k {self.folder} -c listen_addresses='' {self.settings}"
        self.run("pg_ctl", "-o", options, "-l", str(self.folder / "log"), "-w", "-t", "600", "start")

    def restart_cold(self) -> None:
        """Start it again with nothing of its data in memory, neither its own nor the system's."""
        self.run("pg_ctl", "-w", "-t", "600", "stop")
        for path in (self.folder / "data").rglob("*"):
            if path.is_file():
                with path.open("rb") as stream:
                    os.fsync(stream.fileno())
                    os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        self.start()


@contextmanager
def pg_server(settings: str = "") -> Iterator[Server]:
    """Start a server, its texts in byte order; `settings` are words of its command line such as `-c jit=off`."""
    found = shutil.which("initdb")
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin")) or ([Path(found).parent] if found else [])
    if not programs:
        raise machine_failed(
            Text("没有安装 PostgreSQL", "PostgreSQL is not installed"),
            Where(item="initdb"),
            Text("initdb 与 pg_ctl", "initdb and pg_ctl"),
            Text("请安装 postgresql。", "Install postgresql."),
        )
    with tempfile.TemporaryDirectory(prefix="pg") as name:
        folder = Path(name)
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        server = Server(programs[-1], folder, settings)
        server.run("initdb", "-A", "trust", "-U", "tester", "-E", "UTF8", "--locale=C", "--no-sync")
        server.start()
        try:
            yield server
        finally:
            with suppress(subprocess.CalledProcessError):
                server.run("pg_ctl", "-m", "immediate", "stop")
