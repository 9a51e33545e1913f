from registry.models.companion import Companion, NameCounter
from registry.models.credential import Credential
from registry.models.endpoint import Endpoint
from registry.models.outbox import OutboxMessage
from registry.models.person import Person
from registry.models.provider import Provider

__all__ = ["Companion", "Credential", "Endpoint", "NameCounter", "OutboxMessage", "Person", "Provider"]
