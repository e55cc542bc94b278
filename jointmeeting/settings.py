"""The one settings module; what differs between set-ups comes from the environment.

Without any variable no server is needed: SQLite, mail to files, tasks through files.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

from celery.schedules import crontab
from csp.constants import NONE, SELF

from jointmeeting.environment import LOOPBACK, Environment, _

BASE_DIR = Path(__file__).parent.parent
env = Environment(os.environ)

# Where it runs

DATA_DIR = env.folder("DATA_DIR", BASE_DIR / "data")
env.finish()  # the rest would only complain of the same
FONT_DIR = BASE_DIR / "fonts"
DEBUG = env.flag("DEBUG")
SECRET_KEY = env.secret("SECRET_KEY", DATA_DIR / "secret_key")
PORT = env.number("PORT", 8000, 1, 65535)
LISTEN = env.text("LISTEN", "127.0.0.1")
BASE_URL = f"http://127.0.0.1:{PORT}"
if url := env.url("BASE_URL", {"http", "https"}, "https://lxhy.example.gov.cn"):
    BASE_URL = url.geturl().rstrip("/")
IS_HTTPS = BASE_URL.startswith("https:")
HOST = urlsplit(BASE_URL).hostname or ""
ALLOWED_HOSTS = env.text("ALLOWED_HOSTS").replace(",", " ").split() or [HOST, *LOOPBACK]
if "*" in ALLOWED_HOSTS:
    env.problem("ALLOWED_HOSTS", _("name the hosts; “*” would take any."))
CSRF_TRUSTED_ORIGINS = [BASE_URL]
PRODUCT_NAME = env.text("PRODUCT_NAME", "联席会议")

# The sample set-up shows its accounts on the log-in page: it is for this machine only.
SAMPLE = env.flag("SAMPLE")
if SAMPLE and not {LISTEN, HOST, *ALLOWED_HOSTS} <= LOOPBACK:
    env.problem("SAMPLE", _("the sample is for this machine only: set SAMPLE=0."))

# What it is made of

INSTALLED_APPS = [
    "institutions.admin_site.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",  # its templates, for the renderer below
    "csp",
    "django_htmx",
    "django_linear_migrations",
    "guardian",
    "simple_history",
    "template_partials",
    "jointmeeting",
    "institutions",
    "deadlines",
    "documents",
    "consents",
    "meetings",
    "agenda",
    "minutes",
    "followups",
    "desk",
    "rehearsal",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "jointmeeting.sessions.KeepAwakeMiddleware",
    "institutions.passwords.OwnPasswordFirst",
    "institutions.new_day.NewDay",
]
ROOT_URLCONF = "jointmeeting.urls"
WSGI_APPLICATION = "jointmeeting.wsgi.application"
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
                "desk.context.frame",
            ]
        },
    }
]
FORM_RENDERER = "jointmeeting.forms.ScreenRenderer"

# Data

SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": DATA_DIR / "db.sqlite3",
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    },
    "TEST": {"NAME": str(DATA_DIR / "test.sqlite3")},
}
DATABASES = {"default": env.database("DATABASE_URL") or SQLITE}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = DATA_DIR / "files"  # never served as it lies there: views ask who may see
MAX_UPLOAD_MB = env.number("MAX_UPLOAD_MB", 20, 1, 500)
FILE_UPLOAD_PERMISSIONS = 0o640
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Language and time

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# People

AUTH_USER_MODEL = "institutions.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None  # guardian: nobody acts without a name
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "jointmeeting.passwords.LengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "jointmeeting.passwords.MixedCharactersValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "name", "email"]},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True

# Sessions and browsers

SESSION_COOKIE_AGE = 60 * env.number("SESSION_MINUTES", 60, 30, 120)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_HTTPS
CSRF_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 31536000 if IS_HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
if env.flag("BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# The other hosts of an office's domain are not ours to put on HTTPS, nor on a browser's list.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# Mail

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_TIMEOUT = 20
globals().update(env.mail("EMAIL_URL"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("MAIL_FROM", "jointmeeting@localhost")
if "@" not in DEFAULT_FROM_EMAIL:
    env.problem("MAIL_FROM", _("set an address with an @."))

# Tasks

CELERY_BROKER_URL = "filesystem://localhost"
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "data_folder_in": str(DATA_DIR / "broker" / "queue"),
    "data_folder_out": str(DATA_DIR / "broker" / "queue"),
    "control_folder": str(DATA_DIR / "broker" / "control"),
    "polling_interval": 0.3,
}
if redis := env.url("REDIS_URL", {"redis", "rediss"}, "redis://:password@host:6379/0"):
    CELERY_BROKER_URL = redis.geturl()
    CELERY_BROKER_TRANSPORT_OPTIONS = {}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "run" / "beat")
CELERY_BEAT_SCHEDULE = {
    "charters": {
        "task": "institutions.tasks.begin_charters",
        "schedule": crontab(hour=0, minute=5),
    },
    "years": {
        "task": "meetings.tasks.open_years",
        "schedule": crontab(hour=7, minute=0),
    },
    "dates": {
        "task": "deadlines.tasks.compute_anew",
        "schedule": crontab(hour=7, minute=15),
    },
    "silence": {
        "task": "consents.tasks.count_silences",
        "schedule": crontab(hour=7, minute=20),
    },
    "levels": {
        "task": "followups.tasks.note_levels",
        "schedule": crontab(hour=7, minute=25),
    },
    "daily": {
        "task": "deadlines.tasks.daily",
        "schedule": crontab(hour=7, minute=30),
    },
    "deliver": {
        "task": "deadlines.tasks.deliver_reminders",
        "schedule": 60,
        # One that waited longer has a younger one behind it.
        "options": {"expires": 60},
    },
}

# Logs

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
        # Several processes write it, so it is never turned over by one of them.
        "file": {
            "class": "logging.handlers.WatchedFileHandler",
            "filename": DATA_DIR / "logs" / "warnings.log",
            "encoding": "utf-8",
            "delay": True,
            "level": "WARNING",
            "formatter": "line",
        },
    },
    # Else each page set is a line, and importing WeasyPrint three.
    "loggers": {"weasyprint.progress": {"level": "WARNING"}},
    "root": {"handlers": ["stderr", "file"], "level": "INFO"},
}

for folder in ("broker/queue", "broker/control", "files", "logs", "mail", "run"):
    env.folder(f"DATA_DIR/{folder}", DATA_DIR / folder)
env.finish()
