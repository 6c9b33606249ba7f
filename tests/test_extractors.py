# SPDX-License-Identifier: Apache-2.0
"""Every extractor at hand gets every file, under its name, from every format."""
import os
import shutil
import subprocess
import tarfile
import unicodedata
import zipfile

import pytest

from conftest import MR

SESSION = "/data/projects/Extract/subjects/S/experiments/E"
FOLDER = "E/resources/R/files/"
FORMATS = ("zip", "tar", "tar.gz")
PYTHON = "/usr/bin/python3"
NAMES = [
    "plain.dcm", "empty", "a b  c", "-rf", "--help", "it's \"quoted\"", "two\nlines", "tab\there",
    "$HOME `id` ;&|", "percent%20", "star*?[x]", "a:b<c>d", "Case.dcm", "case.dcm", "CASE.DCM",
    "日本/語.dcm", "для/файл", "ملف", "ไฟล์", "한국어", "עברית", "हिन्दी", "🧲.dcm", "Größe",
    "caf\u00e9", "cafe\u0301", "s" * 255, "ü" * 127, "folder/" + "n" * 100,
    "p" * 120 + "/" + "q" * 90,
    "/".join(["d" * 63] * 16)]  # 1,023 bytes
CONTENTS = {name: b"" if name == "empty" else f"content of {name}\n".encode() * (n * 40 + 1)
            for n, name in enumerate(NAMES)}
# busybox reads no extended headers of a tar: longer names come out shortened.
USTAR_NAMES = [name for name in NAMES if len(name.encode()) < 200]
# bsdtar composes accents, so that of two names that differ in nothing else one file is left.
COMPOSED_NAMES = [name for name in NAMES if unicodedata.is_normalized("NFC", name)]
ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8"}

STREAM_JAVA = """
import java.io.*; import java.nio.file.*; import java.util.zip.*;
public class Stream {
    public static void main(String[] args) throws Exception {
        try (ZipInputStream in = new ZipInputStream(System.in)) {
            for (ZipEntry e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
                Path to = Paths.get(e.getName());
                Files.createDirectories(to.getParent());
                Files.copy(in, to);
            }
        }
    }
}
"""
FILE_JAVA = """
import java.io.*; import java.nio.file.*; import java.util.*; import java.util.zip.*;
public class Whole {
    public static void main(String[] args) throws Exception {
        try (ZipFile zip = new ZipFile(args[0])) {
            for (ZipEntry e : Collections.list(zip.entries())) {
                Path to = Paths.get(e.getName());
                Files.createDirectories(to.getParent());
                try (InputStream in = zip.getInputStream(e)) { Files.copy(in, to); }
            }
        }
    }
}
"""
NODE_PROGRAM = """
const fs = require('fs'), path = require('path'), yauzl = require('yauzl');
yauzl.open(process.argv[2], {lazyEntries: true}, (error, zip) => {
    if (error) throw error;
    zip.on('entry', entry => zip.openReadStream(entry, (error, stream) => {
        if (error) throw error;
        fs.mkdirSync(path.dirname(entry.fileName), {recursive: true});
        stream.pipe(fs.createWriteStream(entry.fileName)).on('finish', () => zip.readEntry());
    }));
    zip.readEntry();
});
"""


def tar_mode(mode):
    return [PYTHON, "-W", "error", "-c",
            "import sys, tarfile; tarfile.open(fileobj=sys.stdin.buffer, mode=sys.argv[1],"
            " errorlevel=2).extractall()", mode]


# (format, name, command run in an empty folder, is it fed on standard input?)
EXTRACTORS = [
    ("zip", "unzip", ["unzip", "-q", "-^", "{file}"], False),
    ("zip", "7z", ["7z", "x", "-bd", "{file}"], False),
    ("zip", "bsdtar", ["bsdtar", "-xf", "{file}"], False),
    ("zip", "bsdtar-stream", ["bsdtar", "-xf", "-"], True),
    ("zip", "busybox", ["busybox", "unzip", "-q", "{file}"], False),
    ("zip", "python", [PYTHON, "-m", "zipfile", "-e", "{file}", "."], False),
    ("tar", "gnu-tar", ["tar", "-xf", "{file}"], False),
    ("tar", "gnu-tar-stream", ["tar", "-xf", "-"], True),
    ("tar", "bsdtar", ["bsdtar", "-xf", "{file}"], False),
    ("tar", "bsdtar-stream", ["bsdtar", "-xf", "-"], True),
    ("tar", "7z", ["7z", "x", "-bd", "{file}"], False),
    ("tar", "busybox", ["busybox", "tar", "-xf", "{file}"], False),
    ("tar", "python-stream", tar_mode("r|"), True),
    ("tar", "python", [PYTHON, "-W", "error", "-m", "tarfile", "-e", "{file}"], False),
    ("tar.gz", "gnu-tar", ["tar", "-xzf", "{file}"], False),
    ("tar.gz", "gnu-tar-stream", ["tar", "-xzf", "-"], True),
    ("tar.gz", "bsdtar", ["bsdtar", "-xf", "{file}"], False),
    ("tar.gz", "busybox", ["busybox", "tar", "-xzf", "{file}"], False),
    ("tar.gz", "python-stream", tar_mode("r|gz"), True),
    ("tar.gz", "python", [PYTHON, "-W", "error", "-m", "tarfile", "-e", "{file}"], False),
]


@pytest.fixture(scope="module")
def archives(archive, tmp_path_factory):
    archive.make("/data/projects/Extract")
    archive.make(f"{SESSION}?{MR}")
    for name, content in CONTENTS.items():
        path = "/".join("".join(f"%{byte:02X}" for byte in part.encode())
                        for part in name.split("/"))
        archive.upload(f"{SESSION}/resources/R/files/{path}", content)
    folder, files = tmp_path_factory.mktemp("archives"), {}
    for form in FORMATS:
        answer = archive.get(f"{SESSION}/files?format={form}")
        assert answer.status_code == 200, answer.text
        files[form] = folder / f"E.{form}"
        files[form].write_bytes(answer.content)
    return files


def run_in(folder, command, file, fed):
    command = [part.format(file=file) if part == "{file}" else part for part in command]
    folder.mkdir()
    with open(file, "rb") as source:
        return subprocess.run(command, cwd=folder, env=ENVIRONMENT, capture_output=True,
                              stdin=source if fed else subprocess.DEVNULL)


def expect_files(folder, names=NAMES):
    for name in names:
        assert (folder / FOLDER / name).read_bytes() == CONTENTS[name], name


def found_in(folder):
    return sum(len(files) for _, _, files in os.walk(folder))


@pytest.mark.parametrize("form, name, command, fed", EXTRACTORS,
                         ids=[f"{form}-{name}" for form, name, _, _ in EXTRACTORS])
def test_extracts_every_file(archives, tmp_path, form, name, command, fed):
    if not shutil.which(command[0]):
        pytest.skip(f"{command[0]} is not installed")
    out = tmp_path / "out"
    done = run_in(out, command, archives[form], fed)
    assert done.returncode == 0, done.stdout + done.stderr
    assert name == "7z" or done.stderr == b""
    if name.startswith("bsdtar"):
        expect_files(out, COMPOSED_NAMES)
        return
    expect_files(out, USTAR_NAMES if name == "busybox" and form != "zip" else NAMES)
    assert found_in(out) == len(NAMES)


@pytest.mark.parametrize("command", [["unzip", "-t", "-qq"], ["7z", "t"],
                                     [PYTHON, "-m", "zipfile", "-t"]])
def test_zips_are_sound(archives, command):
    done = subprocess.run([*command, str(archives["zip"])], capture_output=True, env=ENVIRONMENT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_gzip_is_sound_and_holds_the_tar(archives):
    assert subprocess.run(["gzip", "-t", str(archives["tar.gz"])]).returncode == 0
    unpacked = subprocess.run(["gzip", "-dc", str(archives["tar.gz"])], capture_output=True)
    assert unpacked.stdout == archives["tar"].read_bytes()


def test_python_finds_the_same_members_in_all(archives):
    expected = sorted((FOLDER + name, len(content)) for name, content in CONTENTS.items())
    with zipfile.ZipFile(archives["zip"]) as zipped:
        assert sorted((m.filename, m.file_size) for m in zipped.infolist()) == expected
    for form, mode in (("tar", "r:"), ("tar.gz", "r:gz")):
        with tarfile.open(archives[form], mode) as tar:
            members = tar.getmembers()
        assert sorted((m.name, m.size) for m in members) == expected
        assert {(m.mode, m.uid, m.gid, m.uname, m.gname, m.mtime) for m in members} == {
            (0o644, 0, 0, "", "", 315532800)}


@pytest.mark.parametrize("source, fed", [(STREAM_JAVA, True), (FILE_JAVA, False)],
                         ids=["ZipInputStream", "ZipFile"])
def test_java_extracts_every_file(archives, tmp_path, source, fed):
    if not shutil.which("java"):
        pytest.skip("java is not installed")
    program = tmp_path / ("Stream.java" if fed else "Whole.java")
    program.write_text(source)
    command = ["java", "-Dsun.jnu.encoding=UTF-8", "-Dfile.encoding=UTF-8", str(program), "{file}"]
    done = run_in(tmp_path / "out", command, archives["zip"], fed)
    if b"compiler" in done.stderr:
        pytest.skip("this java cannot run a source file")
    assert done.returncode == 0, done.stderr
    expect_files(tmp_path / "out")


def test_node_extracts_every_file(archives, tmp_path):
    environment = {**ENVIRONMENT, "NODE_PATH": "/usr/share/nodejs"}
    if not shutil.which("node") or subprocess.run(
            ["node", "-e", "require('yauzl')"], env=environment, capture_output=True).returncode:
        pytest.skip("node or its yauzl is not installed")
    program = tmp_path / "extract.js"
    program.write_text(NODE_PROGRAM)
    (tmp_path / "out").mkdir()
    done = subprocess.run(["node", str(program), str(archives["zip"])], cwd=tmp_path / "out",
                          env=environment, capture_output=True)
    assert done.returncode == 0, done.stderr
    expect_files(tmp_path / "out")
