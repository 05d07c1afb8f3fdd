"""What long commands show of their steps: on a terminal what they are at and how much is done, in a pipe nothing."""

from __future__ import annotations

from pathlib import Path

from tests.offices.command_line import CommandLine, Screen, records
from tests.offices.prepared_databases import put_sqlite

OF_IMPORT = ("Đang đọc", "Đang so với hồ sơ đã lưu", "Đang ghi", "Đang cập nhật danh sách sản phẩm")
OF_PLAN = ("Đang lấy hồ sơ sản phẩm", "Đang xem xét: 0 / 2 sản phẩm")


def test_import_and_print_show_their_steps_on_a_terminal_alone(tmp_path: Path) -> None:
    office = CommandLine(tmp_path)
    put_sqlite(office.home / "labelsvc.db")
    office.faults_to = Screen
    imported, plan = ("import", office.records(*records(2))), ("print", "--all", "--dry-run")

    shown = [office.run(*words).err for words in (imported, plan)]
    quiet = office.run(*plan, "--quiet").err
    del office.faults_to
    piped = office.run(*plan).err

    for steps, said in zip((OF_IMPORT, OF_PLAN), shown, strict=True):
        places = [said.find(step) for step in steps]
        assert -1 not in places
        assert places == sorted(places)
    assert [step for step in OF_PLAN if step in quiet + piped] == []
