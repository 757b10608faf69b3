"""Django's settings, made from the STOA_* variables. See ``environment.py`` for what an operator may change."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from stoa.config.databases import database
from stoa.config.environment import Environment
from stoa.config.secret_key import secret_key
from stoa.config.storage import storages

ENV = Environment()
PACKAGE = Path(__file__).resolve().parent.parent
STOA_HOME = ENV.home
STOA_HOME.mkdir(parents=True, exist_ok=True)
STOA_TEMPLATES = Path(ENV["STOA_TEMPLATES"]).resolve() if ENV["STOA_TEMPLATES"] else None
STOA_BASE_URL = ENV.base_url
STOA_IS_PRODUCTION = ENV.is_production
STOA_TRUSTED_PROXIES = int(ENV["STOA_TRUSTED_PROXIES"])
STOA_STRIPE_SECRET_KEY = ENV["STOA_STRIPE_SECRET_KEY"]
STOA_STRIPE_WEBHOOK_SECRETS = ENV.names("STOA_STRIPE_WEBHOOK_SECRET")
STOA_SANDBOX_PAYMENTS = ENV.flag("STOA_SANDBOX_PAYMENTS") or not (ENV.is_production or ENV["STOA_SANDBOX_PAYMENTS"])
STOA_REDIS_URL = ENV["STOA_REDIS_URL"]
STOA_SMTP_URL = ENV["STOA_SMTP_URL"]
STOA_MAIL_FROM = ENV["STOA_MAIL_FROM"]
STOA_FILE_MAX_MB = int(ENV["STOA_FILE_MAX_MB"])
STOA_CDN_URL = ENV["STOA_CDN_URL"].rstrip("/")
STOA_CDN_PURGE = ENV["STOA_CDN_PURGE"]
STOA_IMPORT_HOSTS = [host.lower() for host in ENV.names("STOA_IMPORT_HOSTS")]
STOA_LOG_FORMAT = ENV["STOA_LOG_FORMAT"] or ("json" if ENV.is_production else "text")

DEBUG = False
SECRET_KEY = secret_key(ENV)
SECRET_KEY_FALLBACKS = ENV.names("STOA_SECRET_KEY_FALLBACKS")
_shop_host = urlsplit(STOA_BASE_URL).hostname or "localhost"
_is_https = STOA_BASE_URL.startswith("https://")
ALLOWED_HOSTS = ENV.names("STOA_ALLOWED_HOSTS") or (
    [_shop_host] if ENV.is_production else [_shop_host, "localhost", "127.0.0.1", "[::1]", "testserver"]
)
CSRF_TRUSTED_ORIGINS = [STOA_BASE_URL]

INSTALLED_APPS = [
    "stoa.kernel",
    "stoa.customers",
    "stoa.catalogue",
    "stoa.inventory",
    "stoa.operations",
    "stoa.marketing",
    "stoa.analytics",
    "stoa.exchange",
    "stoa.storefront",
    "stoa.backoffice",
    "stoa.world",
    "stoa.config",
    "allauth",
    "allauth.account",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
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
    "treebeard",
    "django_htmx",
    "django_tasks",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

# The page cache is no middleware: it stands before Django, in wsgi.py.
MIDDLEWARE = [
    # First, so that what is refused by the next (and the probes that it answers) says what browsers may do, too.
    "stoa.kernel.web.middleware.SecurityHeadersMiddleware",
    "stoa.kernel.web.middleware.RequestContextMiddleware",
    "stoa.kernel.web.middleware.OriginGuardMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "stoa.storefront.language.MarketLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "stoa.kernel.web.middleware.BackOfficeCsrfMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    # Outside the redirects: what still leads nowhere after them is counted.
    "stoa.storefront.seo.missing.MissingAddressMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "stoa.config.urls"
WSGI_APPLICATION = "stoa.config.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "stoa.storefront.context.shop",
            ],
        },
    }
]

DATABASES = {"default": database(ENV)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "customers.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/account/login/"
LOGIN_REDIRECT_URL = "/account/"
LOGOUT_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "stoa.storefront.account.adapter.AccountAdapter"
ACCOUNT_FORMS = {"signup": "stoa.storefront.account.signup.SignUpForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = True

SESSION_COOKIE_NAME = "stoa_session"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _is_https
CSRF_COOKIE_NAME = "stoa_csrf"
CSRF_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if STOA_TRUSTED_PROXIES else None
SECURE_SSL_REDIRECT = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German"))]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = ["stoa.config.formats"]

# Where this server answers; a CDN in front repeats the paths under its own host.
STATIC_PATH, MEDIA_PATH = "/static/", "/media/"
STATIC_URL = STOA_CDN_URL + STATIC_PATH
STATIC_ROOT = STOA_HOME / "static"
STATICFILES_FINDERS = [
    # First: it makes the one style sheet out of the storefront's parts.
    "stoa.storefront.assets.finder.BundleFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STORAGES = {
    **storages(ENV["STOA_MEDIA_STORE"], STOA_HOME),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = STOA_HOME / "media"
MEDIA_URL = STOA_CDN_URL + MEDIA_PATH

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": STOA_REDIS_URL}
    if STOA_REDIS_URL
    else {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(STOA_HOME / "cache")},
}

TASKS = {
    "default": {
        "BACKEND": "stoa.kernel.jobs.backend.StoaTaskBackend",
        "QUEUES": ["default", "media"],
    }
}

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
DEFAULT_FROM_EMAIL = STOA_MAIL_FROM or "shop@localhost"

WAGTAIL_SITE_NAME = "Stoa"
WAGTAILADMIN_BASE_URL = STOA_BASE_URL
WAGTAILIMAGES_IMAGE_MODEL = "catalogue.Picture"
WAGTAILIMAGES_IMAGE_FORM_BASE = "stoa.catalogue.media.forms.PictureForm"
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 25 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 80_000_000
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp"]
WAGTAILADMIN_RICH_TEXT_EDITORS = {"default": {"WIDGET": "wagtail.admin.rich_text.DraftailRichTextArea"}}
WAGTAILDOCS_EXTENSIONS = ["pdf", "csv", "txt"]
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
# An address is a log-in, and opens what was ordered with it: nobody gives themselves another without a proof.
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
# A new password comes by the mail that customers get too; Wagtail would send another, past our limits.
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_WORKFLOW_ENABLED = False
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAIL_I18N_ENABLED = False
TAGGIT_CASE_INSENSITIVE = True

LOGGING_CONFIG = None  # config.logs sets structlog up, once, for every process
