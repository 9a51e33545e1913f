"""The environment of the tests, set before Django reads its settings: keys of this run alone, nothing of the machine's."""

import atexit
import base64
import os
import shutil
import tempfile
from pathlib import Path

if "KAIZEN_HOME" not in os.environ:
    os.environ["KAIZEN_HOME"] = tempfile.mkdtemp(prefix="kaizen-tests-")
    atexit.register(shutil.rmtree, os.environ["KAIZEN_HOME"], ignore_errors=True)
# whitenoise warns of a folder of static files that is not there, and a warning is an error here.
Path(os.environ["KAIZEN_HOME"], "static").mkdir(parents=True, exist_ok=True)
os.environ.setdefault("DATABASE_URL", "sqlite:///" + os.environ["KAIZEN_HOME"] + "/tests.sqlite3")
os.environ |= {
    "KAIZEN_ENV": "development",
    "KAIZEN_SECRET_KEY": "tests-" + "x" * 50,
    "KAIZEN_ENTRY_KEY": base64.b64encode(b"\x02" * 32).decode(),
    "KAIZEN_ATTESTATION_KEY": base64.b64encode(b"\x03" * 32).decode(),
    "KAIZEN_FIELD_KEY": base64.b64encode(b"\x05" * 32).decode(),
    "KAIZEN_PORT": "8000",
    "KAIZEN_LOG_ORIGIN": "ledger.example.org/tests",
}
for name in ("KAIZEN_LAW", "KAIZEN_EGRESS_DEV_ALLOW", "KAIZEN_EGRESS_ALLOW", "REDIS_URL"):
    os.environ.pop(name, None)
