"""Settings of sign-in and of the headers that every page carries (rules S1, T2)."""

from typing import Any

from csp.constants import NONE, SELF

REAUTHENTICATION_SECONDS = 600
IDLE_SECONDS = 30 * 60


def signing_in(*, in_development: bool) -> dict[str, Any]:
    """Sign-in by allauth, with TOTP and passkeys; accounts are made by stewards, not by visitors."""
    return {
        "ACCOUNT_ADAPTER": "kaizen.signing_in.ClosedAccounts",
        "ACCOUNT_LOGIN_METHODS": {"email"},
        "ACCOUNT_SIGNUP_FIELDS": ["email*", "password1*", "password2*"],
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": None,
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        "ACCOUNT_LOGOUT_ON_GET": False,
        "ACCOUNT_REAUTHENTICATION_TIMEOUT": REAUTHENTICATION_SECONDS,
        "ACCOUNT_RATE_LIMITS": {"login_failed": "5/15m/key,20/15m/ip"},
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": in_development,
        "MFA_TOTP_ISSUER": "Kaizen",
        # Addresses are given by a chief and never verified by mail; a second factor must be had all the same.
        "MFA_ALLOW_UNVERIFIED_EMAIL": True,
        # "Remember me" would outlive the idle limit.
        "ACCOUNT_SESSION_REMEMBER": False,
    }


def headers(*, in_development: bool, public_url: str) -> dict[str, Any]:
    """Content Security Policy and its companions; HTTPS only where the public address is https."""
    over_https = public_url.startswith("https://")
    return {
        "CONTENT_SECURITY_POLICY": {
            "DIRECTIVES": {
                "default-src": [SELF],
                "script-src": [SELF],
                "style-src": [SELF],
                "img-src": [SELF],
                "object-src": [NONE],
                "base-uri": [NONE],
                "frame-ancestors": [NONE],
                "form-action": [SELF],
            }
        },
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_REFERRER_POLICY": "same-origin",
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
        "X_FRAME_OPTIONS": "DENY",
        "SESSION_COOKIE_AGE": IDLE_SECONDS,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": over_https or not in_development,
        "CSRF_COOKIE_SECURE": over_https or not in_development,
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_FAILURE_VIEW": "faces.problems.csrf_failure",
        "SECURE_SSL_REDIRECT": over_https,
        "SECURE_REDIRECT_EXEMPT": [r"^livez$", r"^readyz$", r"^metrics$"],
        "SECURE_HSTS_SECONDS": 365 * 24 * 3600 if over_https else 0,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": over_https,
        "SECURE_HSTS_PRELOAD": over_https,
    }
