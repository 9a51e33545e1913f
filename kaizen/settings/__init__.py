"""Twelve-factor settings: everything comes from the environment, a secret also from the file that ``NAME_FILE`` names.

``KAIZEN_ENV`` is ``production`` unless it says ``development``. Production refuses to start with DEBUG, a default key,
``*`` hosts or a development allow-list: see ``kaizen.checks`` and the end of this file.
"""

import os
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

from faces import logs
from kaizen.settings import databases, hardening, security

# Read when numpy is first imported. One thread sums in one order, and no process keeps idle threads for each core.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

BASE_DIR = Path(__file__).resolve().parents[2]
env = environ.FileAwareEnv()

KAIZEN_ENV = env("KAIZEN_ENV", default="production")
if KAIZEN_ENV not in {"development", "production"}:
    raise ImproperlyConfigured(f"KAIZEN_ENV is {KAIZEN_ENV!r}; it is development or production")
IN_DEVELOPMENT = KAIZEN_ENV == "development"
DEBUG = env.bool("DEBUG", default=False)
KAIZEN_HOME = Path(env("KAIZEN_HOME", default=str(BASE_DIR / ".kaizen")))
KAIZEN_PORT = env.int("KAIZEN_PORT", default=8000)
KAIZEN_PUBLIC_URL = env("KAIZEN_PUBLIC_URL", default=f"http://127.0.0.1:{KAIZEN_PORT}").rstrip("/")
KAIZEN_CYCLE = env("KAIZEN_CYCLE", default="C-114")
KAIZEN_VERSION = "0.1.0"

SECRET_KEY = env("KAIZEN_SECRET_KEY", default="insecure-until-set")
ALLOWED_HOSTS = env.list("KAIZEN_ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"] if IN_DEVELOPMENT else [])
CSRF_TRUSTED_ORIGINS = env.list("KAIZEN_CSRF_TRUSTED_ORIGINS", default=[])
NUM_PROXIES = env.int("KAIZEN_NUM_PROXIES", default=0)

# Keys of the ledger and of encrypted fields: base64 of 32 bytes each.
KAIZEN_ENTRY_KEY = env("KAIZEN_ENTRY_KEY", default="").strip()
KAIZEN_ATTESTATION_KEY = env("KAIZEN_ATTESTATION_KEY", default="").strip()
KAIZEN_FIELD_KEY = env("KAIZEN_FIELD_KEY", default="").strip()
KAIZEN_LOG_ORIGIN = env("KAIZEN_LOG_ORIGIN", default="")
KAIZEN_LAW = Path(env("KAIZEN_LAW", default=str(BASE_DIR / "charter" / "law.toml")))
# The published files of the sentence embedder, where they are not installed as a package.
KAIZEN_EMBEDDER_FOLDER = env("KAIZEN_EMBEDDER_FOLDER", default="")
# A TOML file that names companions and services which may be asked to judge uncertain answers; empty is off.
KAIZEN_JUDGES = env("KAIZEN_JUDGES", default="")

# Egress (rules E4, E6, E9, E12, E13).
KAIZEN_EGRESS_DEV_ALLOW = env.list("KAIZEN_EGRESS_DEV_ALLOW", default=[])
KAIZEN_EGRESS_ALLOW = env.list("KAIZEN_EGRESS_ALLOW", default=[])
KAIZEN_EGRESS_PORTS = env.list("KAIZEN_EGRESS_PORTS", cast=int, default=[443, 8443])
KAIZEN_OWN_ADDRESSES = env.list("KAIZEN_OWN_ADDRESSES", default=[])
KAIZEN_EGRESS_PLACES = env.int("KAIZEN_EGRESS_PLACES", default=16)

INSTALLED_APPS = [
    "faces",
    "ledger",
    "charter",
    "registry",
    "civic",
    "shadow",
    "tiers",
    "onboarding",
    "appeals",
    "kaizen.apps.KaizenConfig",
    "kaizen.apps.KaizenAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_fsm",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kaizen.signing_in.StaffGate",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "faces.problems.ProblemMiddleware",
]
ROOT_URLCONF = "kaizen.urls"
WSGI_APPLICATION = "kaizen.wsgi.application"
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kaizen.foot.foot",
            ],
        },
    },
]

DATABASES = {
    "default": databases.from_url(
        env("DATABASE_URL", default=f"sqlite:///{KAIZEN_HOME}/kaizen.sqlite3"),
        # Workers can wait for their turn; people at a page cannot, and are told to try again.
        wait_seconds=env.int("KAIZEN_SQLITE_WAIT_SECONDS", default=databases.SQLITE_WAIT_SECONDS),
    )
}
MIGRATE_DATABASE_URL = env("MIGRATE_DATABASE_URL", default="")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL", default="")
# How often the sweeps look for what is due; whatever makes work due also sends its sweep at once.
KAIZEN_SWEEP_SECONDS = env.int("KAIZEN_SWEEP_SECONDS", default=5)
# Cached counters of sign-in attempts must be shared and must survive Redis: they live in the database (rule S1).
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "kaizen_cache"},
    "throttles": databases.cache_at(REDIS_URL),
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

AUTH_USER_MODEL = "registry.Person"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/admin/"
LOGOUT_REDIRECT_URL = "/"
globals().update(security.signing_in(in_development=IN_DEVELOPMENT))
globals().update(security.headers(in_development=IN_DEVELOPMENT, public_url=KAIZEN_PUBLIC_URL))
EMAIL_BACKEND = (
    "django.core.mail.backends.console.EmailBackend"
    if IN_DEVELOPMENT
    else env("EMAIL_BACKEND", default="django.core.mail.backends.smtp.EmailBackend")
)
EMAIL_HOST = env("EMAIL_HOST", default="localhost")
DEFAULT_FROM_EMAIL = env("KAIZEN_MAIL_FROM", default="kaizen@localhost")

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

STATIC_URL = "/static/"
STATIC_ROOT = Path(env("KAIZEN_STATIC_ROOT", default=str(KAIZEN_HOME / "static")))
WHITENOISE_USE_FINDERS = IN_DEVELOPMENT
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if IN_DEVELOPMENT
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}

KAIZEN_THROTTLES = {
    "apply": env("KAIZEN_THROTTLE_APPLY", default="600/hour" if IN_DEVELOPMENT else "10/hour"),
    "appeal": env("KAIZEN_THROTTLE_APPEAL", default="600/hour" if IN_DEVELOPMENT else "30/hour"),
    "mount": env("KAIZEN_THROTTLE_MOUNT", default="60/hour"),
    "token": env("KAIZEN_THROTTLE_TOKEN", default="60/minute"),
    "read": env("KAIZEN_THROTTLE_READ", default="6000/hour"),
    "score": env("KAIZEN_THROTTLE_SCORE", default="600/minute"),
    "access": env("KAIZEN_THROTTLE_ACCESS", default="60000/minute"),
}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["registry.authentication.KeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_PARSER_CLASSES": ["faces.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "faces.problems.exception_handler",
    "NUM_PROXIES": NUM_PROXIES,
    "UNAUTHENTICATED_USER": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Kaizen",
    "DESCRIPTION": "Which model may do what, why, since when, who decided, and how to contest it.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "PREPROCESSING_HOOKS": ["kaizen.schema.published_only"],
    "LICENSE": {"name": "MIT"},
}
# Faces know no room: who acts in a request, and what a decision asks of a sign-in (rule S1), is named here.
KAIZEN_ACTOR_OF = "registry.authentication.actor_of_request"
KAIZEN_DECISION_GUARD = "kaizen.reauthentication.fresh_sign_in_required"
KAIZEN_SCRUB = "charter.scoring.scrub.scrub"
LOGGING = logs.logging_config(level=env("KAIZEN_LOG_LEVEL", default="INFO"), console=IN_DEVELOPMENT)
# Sweeps knock every second and mostly find nothing: their coming and going is no news.
_QUIET = ("celery.beat", "celery.worker.strategy", "celery.worker.request", "celery.app.trace")
LOGGING["loggers"] |= {name: {"level": "WARNING"} for name in _QUIET}
logs.configure()

hardening.refuse_unsafe(globals())
