"""``manage.py bootstrap``: what a fresh database needs, once; again, it changes nothing."""

import os
import secrets
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from charter.actions import enact
from charter.law import parse, read_document
from charter.typed import LawMalformed
from kaizen.allowance import seal_a_change
from ledger.actors import Actor
from ledger.opening import open_log
from registry.models import Person
from tiers.actions.register import load_register

BOOTSTRAP = Actor.system("bootstrap")


class Command(BaseCommand):
    help = (
        "Open the ledger, put the law of KAIZEN_LAW in force, load the shipped register and make a first steward "
        "(its password is shown once; KAIZEN_STEWARD_EMAIL names it). Safe to repeat.  Example: manage.py bootstrap"
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        at = timezone.now()
        try:
            document = read_document(settings.KAIZEN_LAW)
            law = parse(document)
        except LawMalformed as error:
            raise CommandError(str(error)) from error
        call_command("createcachetable", verbosity=0)
        if open_log(at=at, under=law):
            self.stdout.write("ledger   opened")
        version = enact(document, by=BOOTSTRAP, at=at, reason="shipped with this release")
        self.stdout.write(f"law      {version.version} {version.digest[:12]}")
        self.stdout.write(f"register {load_register(at=at)} reference companions")
        if seal_a_change():
            self.stdout.write("egress   the allow-list of this network was sealed")
        self._first_steward()

    def _first_steward(self) -> None:
        if Person.objects.filter(is_staff=True).exists():
            return
        email = os.environ.get("KAIZEN_STEWARD_EMAIL", "steward@kaizen.localhost")
        password = secrets.token_urlsafe(15)
        Person.objects.create_superuser(email, password, name="First steward")
        self.stdout.write(f"\nYour first steward:  {email}\nPassword, shown once: {password}\n")
