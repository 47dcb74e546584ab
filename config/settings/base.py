"""Settings shared by every size of installation.

Everything an operator may change comes from the environment (or a `*_FILE` variable for secrets) and is listed in
`docs/operations/settings.md`; a test holds the two together.
"""

import os
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.contrib.messages import constants as messages
from django.utils.translation import gettext_lazy as _

from config.caches import INSTEAD
from config.headers import add_headers
from config.logs import logging_of
from config.object_storage import options_of
from config.uploads import host_of

BASE_DIR = Path(__file__).resolve().parent.parent.parent

env = environ.FileAwareEnv()

# openpyxl takes another parser when lxml is there, which is here for signed PDFs only.
os.environ["OPENPYXL_LXML"] = "False"

# Where everything that the installation writes lives: database, media, collected static files, demo mail.
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = False
DEMO = False
SECRET_KEY = env.str("SECRET_KEY", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Where `manage.py serve` listens, and with how many processes and threads it answers.
BIND_ADDRESS = env.str("BIND_ADDRESS", default="127.0.0.1")
PORT = env.int("PORT", default=8000)
WEB_WORKERS = env.int("WEB_WORKERS", default=2)
WEB_THREADS = env.int("WEB_THREADS", default=4)
# How long a request or an answer may stand still before a thread lets it go (`config/web_worker.py`).
SLOW_CLIENT_SECONDS = env.float("SLOW_CLIENT_SECONDS", default=20.0)
SITE_ADDRESS = env.str("SITE_ADDRESS", default=f"http://127.0.0.1:{PORT}").rstrip("/")
SITE_ID = 1
# A host on which nothing but uploaded files is answered (library.middleware); without one the site answers them.
UPLOADS_ORIGIN = env.str("UPLOADS_ORIGIN", default="").rstrip("/")
UPLOADS_HOST = host_of(UPLOADS_ORIGIN, SITE_ADDRESS)
_uploads = [UPLOADS_ORIGIN] if UPLOADS_ORIGIN else []
ALLOWED_HOSTS += [UPLOADS_HOST] if UPLOADS_HOST else []

INSTALLED_APPS = [
    "core",
    "audit",
    "mail",
    "people",
    "library",
    "assessments",
    "courses",
    "workshops",
    "programmes",
    "certificates",
    "reports",
    "home",
    "operations",
    "wagtail_localize",
    "wagtail_localize.locales",
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
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "audit.middleware.RequestContextMiddleware",
    "operations.middleware.ObservationMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "library.middleware.UploadsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.middleware.CompressionMiddleware",
    "core.middleware.RangeMiddleware",
    "core.middleware.ContentSecurityPolicyMiddleware",
    "core.middleware.ConnectionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "core.middleware.PersonalAnswersMiddleware",
    "core.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "core.middleware.BodyLimitMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "core.middleware.NullCharacterMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "people.middleware.RefusedSignInMiddleware",
    "people.middleware.FreshProofMiddleware",
    "people.middleware.SecondFactorMiddleware",
    "people.middleware.DisplayMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "people.middleware.ViewingMiddleware",
    "people.middleware.TextOnlyMiddleware",
    "people.middleware.ClockMiddleware",
    "library.middleware.PublishingMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["core.templatetags.clocks", "core.templatetags.addresses", "core.templatetags.layout"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "home.context_processors.site",
                "people.context_processors.joining",
                "people.context_processors.display",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")
MESSAGE_STORAGE = "config.cookies.Messages"
# The style sheet calls an error by what it means for the reader.
MESSAGE_TAGS = {messages.ERROR: "danger"}

# --- Data -----------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'academy.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A writer takes its lock at the start of the transaction: readers never wait, writers never deadlock.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    if DATABASE_POOL := env.int("DATABASE_POOL", default=0):
        # Threads share connections; who waits for one longer than a page can is told so.
        _pool = {"min_size": 1, "max_size": DATABASE_POOL, "timeout": 10}
        DATABASES["default"]["OPTIONS"] = {**DATABASES["default"].get("OPTIONS", {}), "pool": _pool}
if "pool" not in DATABASES["default"].get("OPTIONS", {}):
    # Opening one costs PostgreSQL some 10 ms, and SQLite reads what tables there are.
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("DATABASE_CONNECTION_SECONDS", default=600)
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql" and DATABASES["default"].get("CONN_MAX_AGE", 1):
    # Connections last, and PostgreSQL keeps plans with them (core/plans.py).
    DATABASES["default"]["OPTIONS"] = {**DATABASES["default"].get("OPTIONS", {}), "prepare_threshold": 5}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Rate limits and page fragments must be shared by all processes, so never local memory. Where a table is full, a third
# of it goes, limits included; Django's own 300 entries would be full within minutes.
_TABLE = "dbcache://academy_cache?max_entries=50000"
CACHES = {"default": env.cache_url("CACHE_URL", default=_TABLE)}
if CACHES["default"]["BACKEND"] == "django.core.cache.backends.redis.RedisCache":
    CACHES = {
        "default": {**CACHES["default"], "BACKEND": "config.caches.SharedCache"},
        INSTEAD: environ.Env.cache_url_config(_TABLE),
    }
# Beside it, in each process for itself, parts of pages that are nobody's own (`core/fragments.py`).
CACHES["process"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 600}}

# Wagtail puts its own index jobs on "default": they run at once and never wait for a worker.
TASKS = {
    "default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"},
    "jobs": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]},
}

# --- Languages and time ---------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ru", _("Russian")), ("be", _("Belarusian"))]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_I18N_ENABLED = True
# A translation goes live when somebody says so, never with the source's words still in it.
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["core.formats"]
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = env.str("TIME_ZONE", default="Europe/Minsk")

# --- Files ----------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = f"{UPLOADS_ORIGIN}/media/"
MEDIA_ROOT = VAR_DIR / "media"
# Pictures of pages. One machine serves them itself; a proxy or an object store does it better.
SERVE_MEDIA = env.bool("SERVE_MEDIA", default=True)
# Certificates and imported files: never served by address, only through a view that checks who asks.
PRIVATE_ROOT = VAR_DIR / "private"
# The private keys that sign certificates, encrypted with the passphrase; one's own PKCS#12 file signs PDFs instead.
CERTIFICATE_KEYS = Path(env.str("CERTIFICATE_KEYS", default=str(VAR_DIR / "keys")))
CERTIFICATE_KEYS_PASSPHRASE = env.str("CERTIFICATE_KEYS_PASSPHRASE", default="")
CERTIFICATE_OWN_KEY = env.str("CERTIFICATE_OWN_KEY", default="")
CERTIFICATE_OWN_KEY_PASSPHRASE = env.str("CERTIFICATE_OWN_KEY_PASSPHRASE", default="")
# A time stamping authority (RFC 3161) that is asked when signatures are extended; without one they get no time stamp.
CERTIFICATE_TIMESTAMP_URL = env.str("CERTIFICATE_TIMESTAMP_URL", default="")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": PRIVATE_ROOT}},
    "staticfiles": {"BACKEND": "config.static_files.StaticFiles"},
}
# Where several machines share them, both lie in an object store that speaks S3 instead.
if STORAGE_URL := env.str("STORAGE_URL", default=""):
    _store = {"BACKEND": "config.object_storage.ObjectStorage"}
    _options = {"connection": options_of(STORAGE_URL)}
    STORAGES |= {
        "default": {**_store, "OPTIONS": {**_options, "folder": "media", "base_url": MEDIA_URL}},
        "private": {**_store, "OPTIONS": {**_options, "folder": "private"}},
    }
# Backups: where they lie, for whom they are encrypted (age), how many stay, and what opens them where they come back.
BACKUP_FOLDER = Path(env.str("BACKUP_FOLDER", default=str(VAR_DIR / "backups")))
BACKUP_RECIPIENTS = env.list("BACKUP_RECIPIENTS", default=[])
BACKUP_KEEP = env.int("BACKUP_KEEP", default=14)
BACKUP_IDENTITY = env.str("BACKUP_IDENTITY", default="")
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "odt", "pdf", "pptx", "txt", "xlsx", "vtt", "mp4", "webm"]
# Wherever it lies, a document comes through the view that knows who may have it.
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "library.forms.DocumentForm"
WAGTAILDOCS_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILIMAGES_IMAGE_FORM_BASE = "library.forms.ImageForm"
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024

# --- Sign-in: one door ----------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["people.backends.AccountBackend", "allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "people.passwords.LeakedPasswordValidator"},
    # Names of agencies, projects and systems that anybody there would try.
    {"NAME": "people.passwords.HouseWordsValidator", "OPTIONS": {"more": env.list("PASSWORD_WORDS", default=[])}},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "my_learning"
ACCOUNT_LOGOUT_REDIRECT_URL = "front"
ACCOUNT_ADAPTER = "people.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # nobody signs up alone; allauth offers passwords only if it lists one
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
# Whoever proves the address, or knows the password, still comes through the door with the second factor.
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
# A hall of a hundred people shares one address; a person still gets few tries.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "200/m/ip,5/5m/key",
    "request_login_code": "200/m/ip,5/5m/key",
    "reset_password": "200/m/ip,5/5m/key",
    "reset_password_from_key": "200/m/ip",
    "signup": "200/m/ip",
    "join": "200/m/ip,5/5m/key",
    "join_code": "200/m/ip,5/5m/key",
}
# Behind how many proxies we stand: how limits, the list of sessions and the audit trail know who asks.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
MFA_ADAPTER = "people.adapters.MFAAdapter"
MFA_FORMS = {"add_webauthn": "people.forms.AddPasskeyForm"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RATE_LIMITS = {"webauthn_login": "300/m/ip"}
# A clock of a telephone may be half a minute off.
MFA_TOTP_TOLERANCE = 1
USERSESSIONS_ADAPTER = "people.adapters.UserSessionsAdapter"
# Roles that see or decide about others: who holds one signs in with a second factor (`people.permissions`), at the
# latest so many days after the first such role was given. A demonstration asks for none unless it is told to.
REQUIRE_MFA = True
MFA_REQUIRED_ROLES = env.list(
    "MFA_REQUIRED_ROLES",
    default=["facilitator", "coordinator", "manager", "editor", "lawyer", "doctor", "administrator"],
)
MFA_GRACE_DAYS = env.int("MFA_GRACE_DAYS", default=14)
# Ministries that let their officials in by a sign-in of their own, as JSON; each app of allauth is there only where one
# is named (docs/operations/sign-in.md). A verified e-mail leads to the account that has it; second factors stay ours.
OIDC_SERVERS = env.json("OIDC_SERVERS", default=[])
SAML_SERVERS = env.json("SAML_SERVERS", default=[])
if OIDC_SERVERS or SAML_SERVERS:
    INSTALLED_APPS.append("allauth.socialaccount")
    SOCIALACCOUNT_ADAPTER = "people.adapters.social.SocialAccountAdapter"
    SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
    SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
    SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
    SOCIALACCOUNT_PROVIDERS = {}
if OIDC_SERVERS:
    INSTALLED_APPS.append("allauth.socialaccount.providers.openid_connect")
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": server["id"],
                "name": server["name"],
                "client_id": server["client_id"],
                "secret": server["client_secret"],
                "settings": {
                    "server_url": server["server_url"],
                    "uid_field": server.get("uid_field", "sub"),
                    "domains": server["domains"],
                },
            }
            for server in OIDC_SERVERS
        ],
    }
if SAML_SERVERS:
    INSTALLED_APPS.append("allauth.socialaccount.providers.saml")
    SOCIALACCOUNT_PROVIDERS["saml"] = {
        "APPS": [
            {
                "provider_id": server["id"],
                "name": server["name"],
                "client_id": server["id"],
                "settings": {
                    "domains": server["domains"],
                    "attribute_mapping": server["attributes"],
                    # A directory whose addresses are all given out by the ministry itself need not say so each time.
                    "verified_email": server.get("email_verified", False),
                    "idp": {
                        name: server[name]
                        for name in ("entity_id", "metadata_url", "sso_url", "x509cert")
                        if name in server
                    },
                },
            }
            for server in SAML_SERVERS
        ]
    }
# On which devices an account was used before (people.adapters).
DEVICE_COOKIE_NAME = "known-device"
# How pages are shown (people.display): a browser remembers it, so that the page on which one signs in looks alike.
DISPLAY_COOKIE_NAME = "display"
# How long a letter that lets somebody into an agency can be answered.
INVITATION_DAYS = env.int("INVITATION_DAYS", default=14)
SESSION_ENGINE = "config.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"

# --- Mail -----------------------------------------------------------------------------------------------------------
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
UNSET_SENDER = "Migration Health Academy <academy@example.org>"
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default=UNSET_SENDER)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# A mail server that says nothing blocks nobody for longer.
EMAIL_TIMEOUT = 20
# Who reads "report a problem" and helps.
SUPPORT_EMAIL = env.str("SUPPORT_EMAIL", default="support@example.org")
# Who is told when something is not well (`doctor`).
OPERATORS = env.list("OPERATORS", default=[])

# --- Security -------------------------------------------------------------------------------------------------------
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "home.views.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Passkeys and the button that copies an address; nothing else that a browser could do is asked for.
PERMISSIONS_POLICY = (
    "camera=(), display-capture=(), geolocation=(), microphone=(), midi=(), payment=(), usb=(), "
    "clipboard-write=(self), publickey-credentials-create=(self), publickey-credentials-get=(self)"
)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *_uploads],
        "media-src": [SELF, *_uploads],
        # A module is kept on a device with its pictures.
        "connect-src": [SELF, *_uploads],
        "font-src": [SELF],
        "worker-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        # A browser also asks this about where a form leads on to: the page on which a ministry signs its officials in.
        "form-action": [SELF, *(server["form_action"] for server in OIDC_SERVERS + SAML_SERVERS)],
        "frame-ancestors": [NONE],
    }
}
WHITENOISE_ADD_HEADERS_FUNCTION = add_headers
# Style sheets and scripts are for our own pages.
WHITENOISE_ALLOW_ALL_ORIGINS = False
# Wagtail's admin needs inline styles and scripts (wagtail #1288); it gets a policy of its own, the portal never does.
CMS_CONTENT_SECURITY_POLICY = {
    "default-src": [SELF],
    "script-src": [SELF, "'unsafe-inline'", "'unsafe-eval'"],
    "style-src": [SELF, "'unsafe-inline'"],
    "img-src": [SELF, "data:", "blob:", *_uploads],
    "media-src": [SELF, *_uploads],
    "font-src": [SELF, "data:"],
    "object-src": [NONE],
    "base-uri": [NONE],
    "form-action": [SELF],
    "frame-src": [SELF],
    "frame-ancestors": [SELF],
}

# --- Wagtail --------------------------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "Migration Health Academy"
WAGTAILADMIN_BASE_URL = SITE_ADDRESS
WAGTAILADMIN_LOGIN_URL = "wagtailadmin_login"
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
# No page shows what lies at others, and so nobody is asked about it.
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILADMIN_RICH_TEXT_EDITORS = {
    "default": {
        "WIDGET": "wagtail.admin.rich_text.DraftailRichTextArea",
        "OPTIONS": {"features": ["h3", "bold", "italic", "ol", "ul", "link", "document-link"]},
    }
}
# Records without people in them, which editors keep in the CMS.
EDITORIAL_MODELS = [
    "library.term",
    "library.resource",
    "library.sharedtext",
    "assessments.category",
    "assessments.objective",
    "assessments.question",
    "assessments.test",
    "assessments.testitem",
    "courses.module",
    "programmes.programme",
    "workshops.outline",
    "workshops.outlinesession",
]
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}

# Lines for people ("line") or for programs that gather logs ("json"); whether each request and each job has one; and
# the header in which a proxy that is trusted says how it calls a request.
LOG_FORMAT = env.str("LOG_FORMAT", default="line")
LOG_REQUESTS = env.bool("LOG_REQUESTS", default=False)
REQUEST_ID_HEADER = env.str("REQUEST_ID_HEADER", default="")
LOG_LEVEL = env.str("LOG_LEVEL", default="WARNING")
LOGGING = logging_of(form=LOG_FORMAT, level=LOG_LEVEL, requests=LOG_REQUESTS)

# Who may ask for metrics (/metrics, docs/operations/metrics.md); nobody where it is empty. Processes count in files.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
METRICS_FOLDER = VAR_DIR / "metrics"
METRICS_IN_FILES = bool(METRICS_TOKEN)
if METRICS_IN_FILES:
    # Read by prometheus_client when it is loaded.
    METRICS_FOLDER.mkdir(exist_ok=True)
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(METRICS_FOLDER))

# --- Privacy --------------------------------------------------------------------------------------------------------
# After how many months what names people is erased (`people.services.retention`); 0 is never.
RETENTION_CONTACT_MONTHS = env.int("RETENTION_CONTACT_MONTHS", default=12)
RETENTION_CERTIFICATE_MONTHS = env.int("RETENTION_CERTIFICATE_MONTHS", default=120)
RETENTION_MESSAGE_MONTHS = env.int("RETENTION_MESSAGE_MONTHS", default=24)
RETENTION_LIST_MONTHS = env.int("RETENTION_LIST_MONTHS", default=3)
RETENTION_JOINING_MONTHS = env.int("RETENTION_JOINING_MONTHS", default=6)
# Who is responsible for the data, and who is asked about them.
DATA_CONTROLLER = env.str("DATA_CONTROLLER", default="Migration Health Academy")
DATA_PROTECTION_EMAIL = env.str("DATA_PROTECTION_EMAIL", default=SUPPORT_EMAIL)
