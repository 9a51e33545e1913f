"""The data folder: where an embedded run keeps its database, its broker, its secrets and its logs.

One folder holds everything that ``up`` makes, so that it can be moved (``KAIZEN_HOME``), saved or thrown away as one.
Nothing here imports Django: the folder decides the settings, so it is ready before they are read.
"""

import base64
import hashlib
import os
import secrets
import stat
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

PROJECT = Path(__file__).resolve().parent.parent
PRIVATE = 0o700
# The kernel allows 107 bytes for the path of a unix socket; some systems a few less.
LONGEST_SOCKET_PATH = 100
# The ledger's keys and that of encrypted fields, as ``ledger.keys`` reads them.
KEYS = ("entry", "attestation", "field")
KEY_BYTES = 32


class HomeError(Exception):
    """The data folder cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Home:
    """The folder of one installation and the names of what lies in it."""

    root: Path

    @property
    def database(self) -> Path:
        return self.root / "kaizen.sqlite3"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def run(self) -> Path:
        """What lives only as long as the processes do: lock, schedule, the broker's folder."""
        return self.root / "run"

    @property
    def secrets(self) -> Path:
        return self.root / "secrets"

    @property
    def static(self) -> Path:
        """Where ``collectstatic`` would put its files; empty, and there, as long as nobody calls it."""
        return self.root / "static"

    @property
    def lock(self) -> Path:
        return self.run / "up.lock"


def resolve(environ: Mapping[str, str], *, demo: bool = False) -> Path:
    """The folder that ``KAIZEN_HOME`` names, or ``.kaizen`` beside ``manage.py``; the demo's is ``demo`` within it."""
    named = environ.get("KAIZEN_HOME")
    root = Path(named).expanduser().resolve() if named else PROJECT / ".kaizen"
    return root / "demo" if demo else root


def prepare(root: Path) -> Home:
    """Make the folder and its parts, readable by their owner alone."""
    home = Home(root)
    try:
        for folder in (root, home.logs, home.run, home.secrets, home.static):
            folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
            folder.chmod(PRIVATE)
    except OSError as error:
        message = (
            f"The data folder {root} cannot be made ({error.strerror}). Set KAIZEN_HOME to a folder you may write."
        )
        raise HomeError(message) from error
    return home


def keep_once(path: Path, make: Callable[[], str]) -> str:
    """What ``path`` holds; made now, and readable by its owner alone, if it holds nothing yet.

    The text is complete before it gets its name, so that neither a crash nor a second writer leaves half a secret.
    """
    if not path.exists():
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            Path(draft).unlink()
    return path.read_text(encoding="utf-8")


def socket_path(home: Home, name: str, environ: Mapping[str, str]) -> Path:
    """Where the unix socket ``name`` goes: in the data folder, or, if that path is too long, in a short folder.

    The short folder is the same at every start, and belongs to this user alone: in a shared ``/tmp`` somebody else
    could have made it first.
    """
    path = home.run / name
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    digest = hashlib.sha256(os.fsencode(home.root)).hexdigest()[:12]
    folder = Path(environ.get("XDG_RUNTIME_DIR") or "/tmp") / f"kaizen-{os.getuid()}-{digest}"  # noqa: S108 - checked below
    folder.mkdir(mode=PRIVATE, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) & 0o077:
        raise HomeError(
            f"{folder} belongs to somebody else. Remove it, or set KAIZEN_HOME to a folder with a short path."
        )
    return folder / name


def development_settings(home: Home, environ: Mapping[str, str]) -> dict[str, str]:
    """The settings of an embedded run, by their names in the environment; what the environment says already, wins."""
    settings = {"KAIZEN_HOME": str(home.root), "KAIZEN_ENV": environ.get("KAIZEN_ENV") or "development"}
    if "DATABASE_URL" not in environ and "DATABASE_URL_FILE" not in environ:
        settings["DATABASE_URL"] = f"sqlite:///{quote(str(home.database))}"
    if not brings_a_broker(environ):
        settings["REDIS_URL"] = f"redis+socket://{quote(str(socket_path(home, 'broker.sock', environ)))}?virtual_host=0"
    if "KAIZEN_SECRET_KEY" not in environ and "KAIZEN_SECRET_KEY_FILE" not in environ:
        key = home.secrets / "django_secret_key"
        keep_once(key, lambda: secrets.token_urlsafe(64))
        settings["KAIZEN_SECRET_KEY_FILE"] = str(key)
    for name in KEYS:
        setting = f"KAIZEN_{name.upper()}_KEY"
        if setting not in environ and f"{setting}_FILE" not in environ:
            kept = home.secrets / f"{name}_key"
            keep_once(kept, lambda: base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode())
            settings[f"{setting}_FILE"] = str(kept)
    return settings


def brings_a_broker(environ: Mapping[str, str]) -> bool:
    """Whether the environment names a Redis of its own, so that none is started here."""
    return bool(environ.get("REDIS_URL") or environ.get("REDIS_URL_FILE"))


def is_bare(environ: Mapping[str, str]) -> bool:
    """Whether nothing in the environment says which installation is meant: then it is the embedded one.

    Servers never ask this: gunicorn and Celery read their environment as it is, where unset means production.
    """
    names = ("KAIZEN_ENV", "DATABASE_URL", "KAIZEN_SECRET_KEY")
    return not any(environ.get(name) or environ.get(f"{name}_FILE") for name in names)
