"""What can be analysed, and how it is read."""

import gzip
import io
import os
import signal
import tempfile
import threading
from pathlib import Path

import pytest
from conftest import REFUSED

import pullan


def rules(report: pullan.Report) -> list[str]:
    return [diagnosis.rule for diagnosis in report.diagnoses]


def test_every_kind_of_source_says_the_same(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(REFUSED)
    expected = pullan.analyze(REFUSED, name="x").to_json()
    assert rules(pullan.analyze(REFUSED)) == ["tcp-connection-refused"]
    with open(file, "rb") as binary, open(file) as text:
        for source in (REFUSED.encode(), bytearray(REFUSED.encode()), file, binary, text, io.StringIO(REFUSED), io.BytesIO(REFUSED.encode())):
            assert pullan.analyze(source, name="x").to_json() == expected


def test_names(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(REFUSED)
    with open(file, "rb") as opened:
        assert pullan.analyze(opened).sources == (str(file),)
    with tempfile.TemporaryFile() as unnamed:
        assert pullan.analyze(unnamed).sources == ("file",)
    assert pullan.analyze(file).sources == (str(file),)
    assert pullan.analyze(REFUSED).sources == ("text",)
    assert pullan.analyze(b"").sources == ("bytes",)
    assert pullan.analyze(REFUSED, name="mine").sources == ("mine",)


def test_a_str_is_never_a_path(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(REFUSED)
    assert rules(pullan.analyze(str(file))) == []
    assert rules(pullan.analyze(file)) == ["tcp-connection-refused"]


def test_any_text_can_be_analysed() -> None:
    assert rules(pullan.analyze(REFUSED + "\ud800\udc00")) == ["tcp-connection-refused"]
    # What Python makes of bytes that are no UTF-8 becomes these bytes again.
    korean = ("레지스트리에 접속할 수 없습니다. 확인 부탁드립니다.\n" + REFUSED).encode("euc-kr")
    escaped = korean.decode("utf-8", "surrogateescape")
    assert pullan.analyze(escaped, name="x") == pullan.analyze(korean, name="x")


class Endless:
    """A log that is made while it is read."""

    def __init__(self, pieces: int) -> None:
        self.pieces = pieces
        self.asked: list[int] = []

    def read(self, size: int) -> bytes:
        self.asked.append(size)
        if len(self.asked) > self.pieces:
            return b""
        return (REFUSED * (size // len(REFUSED))).encode()


def test_a_file_object_is_read_piece_by_piece() -> None:
    log = Endless(pieces=20)
    report = pullan.analyze(log)
    assert rules(report) == ["tcp-connection-refused"]
    assert len(log.asked) == 21 and all(0 < size <= 1 << 20 for size in log.asked)
    assert report.coverage.lines == 20 * ((1 << 20) // len(REFUSED))


class Broken:
    """Fails once, and would then go on as if nothing had been."""

    def __init__(self, head: bytes) -> None:
        self.head = head
        self.reads = 0

    def read(self, size: int) -> bytes:
        self.reads += 1
        if self.reads == 1:
            return self.head
        if self.reads == 2:
            raise ConnectionResetError("the peer is gone")
        return b""


@pytest.mark.parametrize("head", [REFUSED.encode(), gzip.compress(REFUSED.encode())[:40]])
def test_what_a_file_object_raises_is_raised(head: bytes) -> None:
    with pytest.raises(ConnectionResetError, match="the peer is gone"):
        pullan.analyze(Broken(head))


def test_what_cannot_be_read(tmp_path: Path) -> None:
    missing = tmp_path / "missing.txt"
    with pytest.raises(FileNotFoundError) as raised:
        pullan.analyze(missing)
    assert raised.value.filename == str(missing) and raised.value.strerror == "No such file or directory"
    with pytest.raises(IsADirectoryError) as raised_too:
        pullan.analyze(tmp_path)
    assert raised_too.value.filename == str(tmp_path)
    with pytest.raises(TypeError, match="cannot analyse int: give a text"):
        pullan.analyze(5)  # type: ignore[arg-type]

    class Odd:
        def read(self, size: int) -> int:
            return size

    with pytest.raises(TypeError, match=r"read\(\) gave int, not bytes or str"):
        pullan.analyze(Odd())  # type: ignore[arg-type]


def test_wrong_options() -> None:
    with pytest.raises(ValueError, match='unknown language "fr"; known are "en" and "ko"'):
        pullan.analyze("", lang="fr")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="threads must be at least 1"):
        pullan.analyze("", threads=0)


def test_a_damaged_archive_is_said_in_the_report() -> None:
    report = pullan.analyze(gzip.compress(REFUSED.encode() * 100)[:-9])
    assert [limit.source for limit in report.limits] == ["bytes"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_other_threads_run_while_pullan_works(tmp_path: Path) -> None:
    """pullan reads a pipe that a thread of this interpreter fills: were the interpreter held, both would wait for ever."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    written = 0

    def write() -> None:
        nonlocal written
        with open(pipe, "wb", buffering=0) as out:
            for _ in range(200):
                # 100 kB is more than a pipe holds, so that each round needs both sides.
                written += out.write(REFUSED.encode() * 1000)

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    report = pullan.analyze(pipe)
    writer.join()
    assert report.coverage.lines == written // len(REFUSED) > 100_000


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_ctrl_c_ends_a_long_analysis(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    def write() -> None:
        with open(pipe, "wb", buffering=0) as out:
            try:
                out.write(REFUSED.encode() * 1000)
                os.kill(os.getpid(), signal.SIGINT)
                for _ in range(1000):
                    out.write(REFUSED.encode() * 1000)
            except BrokenPipeError:
                pass

    # A shell lets its background jobs ignore Ctrl-C.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        writer = threading.Thread(target=write, daemon=True)
        writer.start()
        with pytest.raises(KeyboardInterrupt):
            pullan.analyze(pipe)
        writer.join()
    finally:
        signal.signal(signal.SIGINT, before)
