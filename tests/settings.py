"""The product's settings in a data folder of their own, whatever the environment says."""

import atexit
import os
import shutil
import tempfile

for name in (
    "ALLOWED_HOSTS",
    "BASE_URL",
    "BEHIND_PROXY",
    "DEBUG",
    "EMAIL_URL",
    "LISTEN",
    "MAIL_FROM",
    "MAX_UPLOAD_MB",
    "PORT",
    "PRODUCT_NAME",
    "REDIS_URL",
    "SAMPLE",
    "SECRET_KEY",
    "SESSION_MINUTES",
):
    os.environ.pop(name, None)
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="jointmeeting-tests-")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright runs a loop in the thread
atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)

from jointmeeting.settings import *  # noqa: E402

STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
WHITENOISE_AUTOREFRESH = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
