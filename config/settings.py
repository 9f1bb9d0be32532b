"""Razem's settings: the only place that reads the environment.

`.env.example` explains every variable; a `.env` file beside `manage.py` is read when present.
"""

import re
from pathlib import Path
from urllib.parse import urlsplit

import environ
import structlog
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.read_env(str(BASE_DIR / ".env"))

DEBUG = env.bool("DEBUG", default=False)


def secret(name: str) -> str:
    """Return a secret of at least 32 characters; only DEBUG gets one that is not secret."""
    value: str = env.str(name, default="")
    if not value and DEBUG:
        return f"{name.lower()}-for-debugging-only-never-for-production"
    if len(value) < 32:
        raise ImproperlyConfigured(
            f"{name} is missing or shorter than 32 characters. Make one with "
            "`python -c 'import secrets; print(secrets.token_urlsafe(48))'` and set it in the "
            "environment or in .env (see .env.example)."
        )
    return value


SECRET_KEY = secret("SECRET_KEY")
# The first encrypts, all of them decrypt: prepend a new one to rotate (.env.example).
SECRETS_KEYS = [key.strip() for key in secret("SECRETS_KEY").split(",") if key.strip()]

SITE_URL: str = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")
if urlsplit(SITE_URL).scheme not in {"http", "https"} or not urlsplit(SITE_URL).hostname:
    raise ImproperlyConfigured(f"SITE_URL is not an http(s) address: {SITE_URL!r}")
IS_HTTPS = SITE_URL.startswith("https://")
ALLOWED_HOSTS: list[str] = env.list(
    "ALLOWED_HOSTS",
    default=["localhost", "127.0.0.1", "[::1]"] if DEBUG else [urlsplit(SITE_URL).hostname],
)

DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "data")))
DATA_DIR.mkdir(parents=True, exist_ok=True)

INSTALLED_APPS = [
    "cms.basepage",
    "cms.accounts.apps.AccountsConfig",
    "cms",
    "newsletters",
    "integrations.municipal",
    "integrations.registers",
    "demo",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_q",
    "django_otp",
    "corsheaders",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "cms.api.access.ApiAccessMiddleware",
    "cms.api.kept.KeptAnswersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "cms.accounts.second_factor.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "cms.middleware.FormerAddressMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

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
                "wagtail.contrib.settings.context_processors.settings",
            ],
        },
    },
]

# --- Database ------------------------------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'razem.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # WAL and IMMEDIATE only work together: either alone fails under concurrent writers.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Opening a connection, SQLite's too, costs more than most answers do.
DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://razem")}

# --- Background jobs -----------------------------------------------------------------------------

# The values are measured, not guessed: docs/decisions/0003-jobs-are-wake-ups.md.
JOB_WORKERS = env.int("JOB_WORKERS", default=2)
Q_CLUSTER = {
    "name": "razem",
    "orm": "default",
    "workers": JOB_WORKERS,
    "queue_limit": JOB_WORKERS,
    "bulk": 1,
    "poll": 1,
    "timeout": 30,
    "retry": 300,
    "max_attempts": 5,
    "ack_failures": True,
    "catch_up": False,
    "save_limit": -1,  # successes are not kept
    "scheduler": False,
    "recycle": 200,
    "label": "Django Q",
}
# Wagtail's own small tasks (search and reference index); ours are django-q2's.
TASKS = {"default": {"BACKEND": "cms.after_commit.AfterCommitBackend"}}

# --- Mail ----------------------------------------------------------------------------------------

# Everything sent through Django becomes a row first; the worker sends it (newsletters/outbox).
EMAIL_BACKEND = "newsletters.outbox.backend.OutboxBackend"
EMAIL_CONFIG = env.email("EMAIL_URL", default="consolemail://")
OUTBOX_TRANSPORT = EMAIL_CONFIG["EMAIL_BACKEND"]
EMAIL_HOST = EMAIL_CONFIG.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = EMAIL_CONFIG.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = EMAIL_CONFIG.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = EMAIL_CONFIG.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = EMAIL_CONFIG.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = EMAIL_CONFIG.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL: str = env.str("DEFAULT_FROM_EMAIL", default="razem@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# After „Wyślij” so long nothing leaves, for second thoughts.
MAILING_GRACE_SECONDS = env.int("MAILING_GRACE_SECONDS", default=60)
# Connections to the mail server that one worker keeps while it sends a newsletter.
MAIL_SENDERS = env.int("MAIL_SENDERS", default=2)

# --- People --------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["cms.accounts.backends.ThrottledBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "wagtailadmin_login"

# --- Language and time ---------------------------------------------------------------------------

LANGUAGE_CODE = "pl"
LANGUAGES = [("pl", "polski"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Warsaw"
USE_I18N = True
USE_TZ = True

# --- Files ---------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
# Originals and the admin's renditions are private; MEDIA_ROOT holds only what is published
# (cms/images.py), and the web server serves it without asking Django.
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
PRIVATE_MEDIA_ROOT = DATA_DIR / "private"
# Locations are strings: Wagtail hands them to its task that deletes files, as JSON.
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(PRIVATE_MEDIA_ROOT), "base_url": "/admin/media/"},
    },
    "public": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(MEDIA_ROOT), "base_url": MEDIA_URL},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
FILE_UPLOAD_PERMISSIONS = 0o644
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# --- Wagtail -------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "Razem"
WAGTAIL_PAGE_MODEL = "basepage.BasePage"
WAGTAILIMAGES_IMAGE_MODEL = "cms.CentreImage"
WAGTAILIMAGES_IMAGE_FORM_BASE = "cms.images.forms.CentreImageForm"
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
# Photos of telephones have 50 million and a little more.
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 52_000_000
# Larger ones are shrunk at upload. The largest that anybody is shown is 1,600 wide.
IMAGES_LONGEST_EDGE_PIXELS = env.int("IMAGES_LONGEST_EDGE_PIXELS", default=2560)
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "heic", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_FORMAT_CONVERSIONS = {"avif": "webp", "heic": "jpeg"}
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILADMIN_USER_LOGIN_FORM = "cms.accounts.login.AdminLoginForm"
WAGTAILDOCS_DOCUMENT_MODEL = "cms.CentreFile"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "cms.file_forms.CentreFileForm"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_MAX_UPLOAD_SIZE = 30 * 1024 * 1024
# Each has its check in cms/file_contents.py.
WAGTAILDOCS_CONTENT_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "csv": "text/csv",
    "txt": "text/plain",
}
WAGTAILDOCS_EXTENSIONS = list(WAGTAILDOCS_CONTENT_TYPES)
WAGTAIL_I18N_ENABLED = False
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAILADMIN_RICH_TEXT_EDITORS = {
    "default": {
        "WIDGET": "wagtail.admin.rich_text.DraftailRichTextArea",
        "OPTIONS": {"features": ["h3", "h4", "bold", "italic", "ol", "ul", "link"]},
    }
}
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}

# --- API -----------------------------------------------------------------------------------------

# Wagtail's admin has DRF views of its own: what only our API does is set on our views
# (cms/api/views.py), not here.
REST_FRAMEWORK = {
    "DEFAULT_THROTTLE_RATES": {"anon": env.str("API_RATE", default="600/min")},
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "NUM_PROXIES": env.int("NUM_PROXIES", default=0),
}


def rate(name: str, default: str) -> tuple[int, int]:
    """Return a rate ("600/min") as requests and seconds."""
    value: str = env.str(name, default=default)
    match = re.fullmatch(r"([1-9]\d{0,8})/(s|sec|m|min|h|hour|d|day)", value)
    if not match:
        raise ImproperlyConfigured(
            f"{name} is {value!r}, but has to be a number of requests in a second, minute, hour or "
            f"day: {default} (see .env.example)."
        )
    return int(match[1]), {"s": 1, "m": 60, "h": 3600, "d": 86400}[match[2][0]]


# By the names that clients read in the RateLimit headers (cms/api/throttling.py).
# So much memory each web process spends on answers that it keeps; 0 keeps none.
API_KEPT_BYTES = env.int("API_KEPT_MB", default=16) * 1024 * 1024
API_RATES = {
    "default": rate("API_RATE", "600/min"),
    "trusted": rate("API_TRUSTED_RATE", "6000/min"),
}


def origins(name: str) -> list[str]:
    """Return the origins of websites (RFC 6454): all (`*`), those listed, or none."""
    values: list[str] = env.list(name, default=["*"])
    wrong = [one for one in values if not re.fullmatch(r"https?://[a-z0-9.-]+(:\d{1,5})?", one)]
    if wrong and values != ["*"]:
        raise ImproperlyConfigured(
            f"{name} holds {wrong[0]!r}, which is neither * alone nor an origin like "
            "https://www.example.org (see .env.example)."
        )
    return values


# Scripts of other websites may read what is public. No cookie is ever sent along, and no token may
# be: one that stands in a web page is nobody's secret.
API_CORS_ORIGINS = origins("API_CORS_ORIGINS")
CORS_ALLOW_ALL_ORIGINS = API_CORS_ORIGINS == ["*"]
CORS_ALLOWED_ORIGINS = [] if CORS_ALLOW_ALL_ORIGINS else API_CORS_ORIGINS
CORS_URLS_REGEX = r"^/(api|feeds|embed)/" if API_CORS_ORIGINS else r"(?!)"
CORS_ALLOW_METHODS = ["GET", "HEAD", "OPTIONS"]
CORS_ALLOW_HEADERS = ["accept", "if-none-match"]
CORS_EXPOSE_HEADERS = [
    "Content-Disposition",
    "ETag",
    "Link",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
]
CORS_PREFLIGHT_MAX_AGE = 86_400

SPECTACULAR_SETTINGS = {
    "TITLE": "Razem API",
    "OAS_VERSION": "3.1.0",
    "COMPONENT_SPLIT_REQUEST": False,
    # Introduction, version, servers and tags are added by the hooks.
    "PREPROCESSING_HOOKS": ["cms.api.schema.only_this_api"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "cms.api.schema.complete",
    ],
    "ENUM_NAME_OVERRIDES": {
        "DocumentTypeEnum": "cms.models.documents.Document.Type",
        "EventKindEnum": "cms.models.events.EventPage.Kind",
        "EventStatusEnum": "cms.models.events.EventPage.Status",
        "LocalityKindEnum": "cms.models.vocabularies.Locality.Kind",
        "OrganizationStatusEnum": "cms.models.organizations.OrganizationPage.Status",
    },
}

# --- Security ------------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = IS_HTTPS and env.bool("SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
)
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = IS_HTTPS
X_FRAME_OPTIONS = "SAMEORIGIN"
# The admin shows previews in frames of its own origin, which this check would have denied.
SILENCED_SYSTEM_CHECKS = ["security.W019"]
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ["/admin/"],
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    },
}

# --- Logging: events with fields, ids only, never addresses or names ------------------------------

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
_shared_processors: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
structlog.configure(
    processors=[
        *_shared_processors,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "event": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": _shared_processors,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *([] if DEBUG else [structlog.processors.format_exc_info]),
                structlog.dev.ConsoleRenderer(colors=False)
                if DEBUG
                else structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "event"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django-q": {"level": "WARNING", "handlers": ["console"], "propagate": False},
        "wagtail": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},
    },
}

# --- Razem ---------------------------------------------------------------------------------------

# The demo serves loopback only and says „Dane przykładowe” on every page.
IS_DEMO = env.bool("RAZEM_DEMO", default=False)
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1", "[::1]"})
if IS_DEMO and not {urlsplit(SITE_URL).hostname, *ALLOWED_HOSTS} <= LOOPBACK_HOSTS:
    raise ImproperlyConfigured(
        "RAZEM_DEMO=1 serves this machine only: SITE_URL and ALLOWED_HOSTS must be loopback."
    )
SWEEP_EVERY_SECONDS = env.float("SWEEP_EVERY_SECONDS", default=15)
# The open API of the KRS; empty: no register is asked. The demo never asks a real one by itself.
KRS_API_URL: str = env.str(
    "KRS_API_URL", default="" if IS_DEMO else "https://api-krs.ms.gov.pl/api/krs"
).rstrip("/")
if KRS_API_URL and urlsplit(KRS_API_URL).scheme not in {"http", "https"}:
    raise ImproperlyConfigured(f"KRS_API_URL is not an http(s) address: {KRS_API_URL!r}")
