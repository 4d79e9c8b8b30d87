"""All settings, read from the environment; the demo, the tests and production differ by environment only.

Promises (hours, targets, days) are not settings: they are reference data in the database.
"""

from pathlib import Path

import structlog
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from config.environment import Environment, read_file

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()
ENV_FILE = Path(env.str("ENV_FILE", default=str(BASE_DIR / ".env")))
if ENV_FILE.exists() or "ENV_FILE" in env.ENVIRON:
    read_file(ENV_FILE)

# --- Which kind of place this is -------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)  # demo data, known passwords, embedded engines, a page of caught mail

# --- Secrets and addresses -------------------------------------------------------------------------------
SECRET_KEY = env.str("SECRET_KEY", default="demo-only-not-a-secret-" * 3) if DEMO else env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])  # old keys, still read after a change
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL])

# --- Applications ----------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "config.apps.BackOfficeConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "config.apps.StaticFilesWeServe",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_filters",
    "django_htmx",
    "pgtrigger",
    "config.apps.HouseConfig",
    "products",
    "sla",
    "contacts",
    "cases",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.web.middleware.PrivateResponses",
    "config.web.middleware.PlainText",
    "config.web.middleware.PublicPages",
    "config.web.middleware.PagesAloneMove",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.web.middleware.SignedInOnly",
    "django.contrib.messages.middleware.MessageMiddleware",
    "config.web.sessions.SessionLimits",
    "config.web.middleware.PersonalSettings",
    "config.web.middleware.StaffSecondFactor",
    "config.web.middleware.LogContext",
    "config.web.refused_requests.RefusedRequests",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.web.accepted_forms.AcceptedForms",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

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
                "django.template.context_processors.i18n",
                "config.web.context.place",
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Engines: PostgreSQL and Redis -----------------------------------------------------------------------
# Without DATABASE_URL or REDIS_URL demo and development start engines of their own; production names its servers.
if DEBUG or DEMO:
    from config.dev import embedded

    DATABASE_URL, REDIS_URL = embedded.database_url(), embedded.redis_url()
else:
    DATABASE_URL, REDIS_URL = env.str("DATABASE_URL"), env.str("REDIS_URL")

_database = env.db_url_config(DATABASE_URL)
_pool_size = env.int("DATABASE_POOL_SIZE", default=16)
DATABASES = {
    "default": {
        **_database,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **_database.get("OPTIONS", {}),
            "pool": {"min_size": 0, "max_size": _pool_size, "timeout": 10} if _pool_size else False,
            # Our joins follow keys from one row, in an order that is good as written; to try every order of twenty
            # tables takes the planner longer (14 ms) than to read them all (0.4 ms).
            "options": "-c lock_timeout=3s -c idle_in_transaction_session_timeout=30s -c timezone=UTC"
            " -c join_collapse_limit=4",
        },
        "TEST": {"NAME": env.str("TEST_DATABASE_NAME", default="") or None},
    }
}
# What limits how often something may be tried is kept where it outlasts Redis, which only wakes the workers.
CACHES = {"default": {"BACKEND": "contacts.database_cache.DatabaseCache"}}
# Seconds that a call out of a web process waits for an answer, to connect and to read (calls-out-of-a-request.md).
CALL_TIMEOUT = env.float("CALL_TIMEOUT", default=1.0)
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")  # without one nobody reads /metrics

# --- Celery (the reasons for each line: docs/decisions/background-work.md) -------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "unacked_restore_throttle": 1,
    "max_retries": 1,  # who wakes a worker (contacts/waking.py) has a deadline beside it
    "interval_start": 0,
    "interval_step": 0.1,
}
CELERY_VISIBILITY_TIMEOUT = 300
CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS = {"visibility_timeout": 300}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 240
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
CELERY_TIMEZONE = "UTC"

# --- People and sign-in ----------------------------------------------------------------------------------
AUTH_USER_MODEL = "contacts.User"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # an address is unique in any case of letters: a constraint on Lower(email)
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "contacts.password_hashing.SparingArgon2",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator", "NumericPasswordValidator")
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    }
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "contacts.sign_in.SignInAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 1
ACCOUNT_CHANGE_EMAIL = True  # one address a person; a new one replaces it once it is confirmed
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_RATE_LIMITS = {
    # Counted before the password is hashed, which is what a flood would exhaust. Per account 5 misses in 5 minutes.
    "login": "30/m/ip",
    "login_failed": "10/m/ip,60/h/ip,5/5m/key",
    "reset_password": "10/m/ip,3/5m/key",
    "reset_password_from_key": "20/m/ip",
    "reauthenticate": "20/m/user",  # counts pages shown too; misses are counted as those of signing in
    "change_password": "5/m/user",
    "manage_email": "5/m/user",
    # Updates of the status page by mail: how many ask from one place, and how often one address is written to.
    "status_subscribe": "10/m/ip,40/h/ip",
    "status_subscribe_address": "3/h/key",
}
PASSWORD_RESET_TIMEOUT = 60 * 60
MFA_ADAPTER = "contacts.second_factor.SecondFactor"
MFA_FORMS = {
    "authenticate": "contacts.second_factor.CodeForm",
    "reauthenticate": "contacts.second_factor.CodeAgainForm",
    "login_webauthn": "contacts.second_factor.PasskeyForm",
    "add_webauthn": "contacts.second_factor.NewKeyForm",
    "edit_webauthn": "contacts.second_factor.KeyForm",
}
MFA_TOTP_TOLERANCE = 1  # periods of 30 s: people type slowly, and telephones are seconds fast or slow (RFC 6238, 5.2)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Customer Care"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO or DEBUG
STAFF_SECOND_FACTOR_REQUIRED = env.bool("STAFF_SECOND_FACTOR_REQUIRED", default=not DEMO)
RECENT_SIGN_IN_SECONDS = env.int("RECENT_SIGN_IN_SECONDS", default=15 * 60)  # for exports, roles, Critical
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
# Of our people from signing in, whatever is done, and at rest; of customers at rest (config/web/sessions.py).
STAFF_SESSION_SECONDS = 60 * env.int("STAFF_SESSION_MINUTES", default=12 * 60)
STAFF_SESSION_IDLE_SECONDS = 60 * env.int("STAFF_SESSION_IDLE_MINUTES", default=30)
CUSTOMER_SESSION_IDLE_SECONDS = 24 * 60 * 60 * env.int("CUSTOMER_SESSION_IDLE_DAYS", default=14)
# What the database and the browser keep, from the last request that wrote to it.
SESSION_COOKIE_AGE = max(STAFF_SESSION_SECONDS, CUSTOMER_SESSION_IDLE_SECONDS)
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# --- Languages and zones ---------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- Mail out --------------------------------------------------------------------------------------------
vars().update(env.email_url("EMAIL_URL", default="smtp://127.0.0.1:1025"))
EMAIL_TIMEOUT = 20  # in seconds; a worker waits for the relay, no page does
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Customer Care <care@customer-care.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
CAUGHT_MAIL_DIR = env.str("CAUGHT_MAIL_DIR", default="")  # the demo's SMTP catcher writes its Maildir here

# --- Files -----------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("vendor/tabler/css", BASE_DIR / "node_modules" / "@tabler" / "core" / "dist" / "css"),
    ("vendor/tabler/js", BASE_DIR / "node_modules" / "@tabler" / "core" / "dist" / "js"),
    ("vendor/htmx", BASE_DIR / "node_modules" / "htmx.org" / "dist"),
    ("vendor/inter", BASE_DIR / "node_modules" / "@fontsource-variable" / "inter"),
]
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(BASE_DIR / "var" / "files")))
HASHED_STATIC_FILES = env.bool("HASHED_STATIC_FILES", default=not (DEBUG or DEMO))
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "var" / "static"))) if HASHED_STATIC_FILES else None
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if HASHED_STATIC_FILES
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# Where they are not collected, each is looked for when it is asked for, as it is then.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not HASHED_STATIC_FILES
MAX_UPLOAD_BYTES = env.int("MAX_UPLOAD_BYTES", default=25 * 1024 * 1024)
MAX_UPLOAD_FILES = env.int("MAX_UPLOAD_FILES", default=20)
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

# --- Quotas: how much one customer may send and take, and all of an account together (0: as much as they like) --
QUOTA_ENTRIES_PER_HOUR = env.int("QUOTA_ENTRIES_PER_HOUR", default=60)
QUOTA_ENTRIES_PER_HOUR_ACCOUNT = env.int("QUOTA_ENTRIES_PER_HOUR_ACCOUNT", default=300)
QUOTA_CASES_PER_HOUR = env.int("QUOTA_CASES_PER_HOUR", default=30)
QUOTA_CASES_PER_HOUR_ACCOUNT = env.int("QUOTA_CASES_PER_HOUR_ACCOUNT", default=100)
QUOTA_EXPORTS_PER_HOUR = env.int("QUOTA_EXPORTS_PER_HOUR", default=20)
QUOTA_EXPORTS_PER_HOUR_ACCOUNT = env.int("QUOTA_EXPORTS_PER_HOUR_ACCOUNT", default=100)
QUOTA_EXPORTS_AT_ONCE = env.int("QUOTA_EXPORTS_AT_ONCE", default=2)
QUOTA_FILES_PER_DAY = env.int("QUOTA_FILES_PER_DAY", default=300)
QUOTA_FILES_PER_DAY_ACCOUNT = env.int("QUOTA_FILES_PER_DAY_ACCOUNT", default=1500)
QUOTA_FILE_BYTES_PER_DAY = env.int("QUOTA_FILE_BYTES_PER_DAY", default=500 * 1024 * 1024)
QUOTA_FILE_BYTES_PER_DAY_ACCOUNT = env.int("QUOTA_FILE_BYTES_PER_DAY_ACCOUNT", default=2 * 1024 * 1024 * 1024)
QUOTA_STAFF_TIMES = env.int("QUOTA_STAFF_TIMES", default=10)  # our own people may do so many times what a customer may

# --- Browser security ------------------------------------------------------------------------------------
SECURE = env.bool("SECURE", default=not (DEBUG or DEMO))  # HTTPS only; off on the loopback
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

# --- Log -------------------------------------------------------------------------------------------------
LOG_FORMAT = env.str("LOG_FORMAT", default="console" if (DEBUG or DEMO) else "json")
_shared: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
structlog.configure(
    processors=[*_shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "structured": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": _shared,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info if LOG_FORMAT == "json" else structlog.processors.UnicodeDecoder(),
                structlog.processors.JSONRenderer()
                if LOG_FORMAT == "json"
                else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
            ],
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
