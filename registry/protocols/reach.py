"""How a model is reached: the address, what is spoken there, and the credentials that belong to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from registry.models import Endpoint
from registry.models.endpoint import AuthKind

PLACES = 2


@dataclass(frozen=True, slots=True)
class Reach:
    """Everything that one call needs, taken out of the database before it.

    ``auth`` are the fields in clear: ``key`` and perhaps ``header`` for ``api_key``; ``token_url``, ``client_id``,
    ``client_secret`` and perhaps ``scope`` for ``oauth2_client_credentials``. ``places`` bounds the calls side by side.
    """

    base_url: str
    origin: str
    protocol: str
    upstream_model: str = ""
    auth_kind: str = AuthKind.NONE.value
    auth: Mapping[str, str] = field(default_factory=dict, repr=False)
    places: int = PLACES

    def without_credentials(self) -> "Reach":
        """The same address, asked as a stranger would ask it."""
        return Reach(self.base_url, self.origin, self.protocol, self.upstream_model, places=self.places)


def reach_of(endpoint: Endpoint) -> Reach:
    """How ``endpoint`` is reached, its credentials decrypted. Raises InvalidTag where the field key is another."""
    return Reach(
        base_url=endpoint.base_url,
        origin=endpoint.origin,
        protocol=endpoint.protocol,
        upstream_model=endpoint.upstream_model,
        auth_kind=endpoint.auth_kind,
        auth=endpoint.auth(),
        places=endpoint.provider.exchanges_at_once,
    )
