"""How the API's description names our keys (drf-spectacular finds this by its import)."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class KeyScheme(OpenApiAuthenticationExtension):
    target_class = "registry.authentication.KeyAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:  # noqa: ARG002  the library's signature
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A companion's key (kz_live_…); for its own application, an onboarding token (kz_onb_…).",
        }
