"""Fetch the front-end files that Daypart ships but did not write, at exact versions, with their licences.

`python scripts/vendor.py` packs each package anew; `--check` only compares the committed files.
"""

import argparse
import hashlib
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "static" / "vendor"


@dataclass(frozen=True)
class Wanted:
    """One file of a package: where it stands in the archive, our name for it, and its SHA-256."""

    member: str
    name: str
    sha256: str


@dataclass(frozen=True)
class Package:
    """A package at one version, with the SPDX name of its licence and the files we take."""

    version: str
    licence: str
    files: tuple[Wanted, ...]


PACKAGES = {
    "htmx.org": Package(
        version="4.0.1",
        licence="0BSD",
        files=(
            Wanted(
                "package/dist/htmx.min.js",
                "htmx-4.0.1.min.js",
                "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130",
            ),
            Wanted(
                "package/LICENSE",
                "htmx-4.0.1.LICENSE",
                "d3d2456f76414f2456104660ebd65aff1c04cd7966b942bdabd63f3cdb316a38",
            ),
        ),
    ),
}


class ChecksumError(Exception):
    """A file is missing or isn't the one this script names."""


def checked(wanted: Wanted, content: bytes) -> bytes:
    """The content, once its SHA-256 is the expected one; else ChecksumError."""
    found = hashlib.sha256(content).hexdigest()
    if found != wanted.sha256:
        raise ChecksumError(f"{wanted.name}: expected {wanted.sha256}, found {found}")
    return content


def pack(spec: str, folder: Path) -> Path:
    """Download NAME@VERSION through npm into the folder and return the archive."""
    subprocess.run(["npm", "pack", spec, "--silent"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return next(folder.glob("*.tgz"))


def extract(archive: Path, files: tuple[Wanted, ...]) -> dict[str, bytes]:
    """Read the wanted members of an archive, each checked, by our name for it."""
    contents = {}
    with tarfile.open(archive) as tar:
        for wanted in files:
            member = tar.extractfile(wanted.member)
            if member is None:
                raise ChecksumError(f"{wanted.member} is not a file in {archive.name}")
            contents[wanted.name] = checked(wanted, member.read())
    return contents


def fetch(name: str, package: Package) -> None:
    """Write the package's files; nothing is written unless all of them check out."""
    with tempfile.TemporaryDirectory() as folder:
        contents = extract(pack(f"{name}@{package.version}", Path(folder)), package.files)
    VENDOR.mkdir(parents=True, exist_ok=True)
    for file, content in contents.items():
        (VENDOR / file).write_bytes(content)


def check(package: Package) -> None:
    """Compare the committed files with their checksums."""
    for wanted in package.files:
        path = VENDOR / wanted.name
        if not path.is_file():
            raise ChecksumError(f"{wanted.name} is missing")
        checked(wanted, path.read_bytes())


def main() -> int:
    """Fetch or check every package; exit status 1 when a file is not the expected one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare the committed files, fetch nothing")
    only_check = parser.parse_args().check
    try:
        for name, package in PACKAGES.items():
            if not only_check:
                fetch(name, package)
            check(package)
            print(f"{name} {package.version} ({package.licence}): ok")
    except ChecksumError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
