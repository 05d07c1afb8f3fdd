"""Pages while the SQLite file is not what it was: as with a database that is away."""

from __future__ import annotations

from pathlib import Path

from labelsvc.domain.account import Role
from tests.offices.desk_office import DeskOffice


def test_pages_over_a_spoiled_file_say_that_the_records_are_away(tmp_path: Path) -> None:
    desk = DeskOffice(tmp_path)
    clerk = desk.client(Role.CLERK)
    path = Path(desk.services.settings.database.removeprefix("sqlite:///"))
    content = path.read_bytes()

    for spoiled in (b"", bytes(len(content)), content[::-1]):
        desk.services.database.engine.dispose()
        path.write_bytes(spoiled)
        for name in ("-wal", "-shm"):
            path.with_name(path.name + name).unlink(missing_ok=True)
        page = clerk.get("/office/products")
        assert (page.status_code, bool(page.headers["Retry-After"])) == (503, True)
        assert "chưa phục vụ được" in page.text
