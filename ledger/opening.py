"""The first entry of a log."""

from datetime import datetime

from ledger import origin
from ledger.actors import Actor
from ledger.decisions import Law
from ledger.keys import entry_key
from ledger.models import Head, Leaf
from ledger.sealing import seal, sealed_atomic


def open_log(*, at: datetime, under: Law) -> bool:
    """Seal ``ledger.created`` with the origin and the entry key, once; False if the log is open already."""
    with sealed_atomic():
        Head.objects.get_or_create(id=1)
        if Leaf.objects.exists():
            return False
        name = origin.origin_in_force()
        by = Actor.system("bootstrap")
        seal(
            "ledger.created",
            subject=("ledger", name),
            actor=(by.kind, by.ref),
            move="create",
            at=at,
            law=(under.version, under.digest),
            facts={"origin": name, "entry_key": {"kid": entry_key().kid, "pem": entry_key().pem}},
        )
    return True
