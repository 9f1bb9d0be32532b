"""The environment in which the tests run; pyproject.toml has pytest load it before Django.

Nothing of the developer's own environment or `.env` reaches a test, but DATABASE_URL and
CACHE_URL: they choose what the tests run against. Workers of pytest-xdist inherit all of it.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "PYTEST_XDIST_WORKER" not in os.environ:
    data_dir = Path(tempfile.mkdtemp(prefix="razem-tests-"))
    (data_dir / "static").mkdir()
    atexit.register(shutil.rmtree, data_dir, ignore_errors=True)
    kept = {
        name: os.environ[name] for name in ("DATABASE_URL", "CACHE_URL") if os.environ.get(name)
    }
    os.environ.update(
        {
            "DATABASE_URL": f"sqlite:///{data_dir / 'razem.sqlite3'}",
            "CACHE_URL": "locmemcache://razem-tests",
            "DATA_DIR": str(data_dir),
            "STATIC_ROOT": str(data_dir / "static"),
            "DEBUG": "0",
            "SECRET_KEY": "tests-secret-key-of-more-than-thirty-two-characters",
            "SECRETS_KEY": "tests-secrets-key-of-more-than-thirty-two-characters",
            "SITE_URL": "http://testserver",
            "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
            "EMAIL_URL": "memorymail://",
            "DEFAULT_FROM_EMAIL": "razem@example.org",
            "API_RATE": "1000000/s",
            "API_TRUSTED_RATE": "1000000/s",
            "API_CORS_ORIGINS": "*",
            "LOG_LEVEL": "INFO",
            "RAZEM_DEMO": "0",
            "BEHIND_PROXY": "0",
            "NUM_PROXIES": "0",
            "SSL_REDIRECT": "1",
            "CSRF_TRUSTED_ORIGINS": "",
            "JOB_WORKERS": "2",
            "SWEEP_EVERY_SECONDS": "15",
            "MAILING_GRACE_SECONDS": "60",
            "MAIL_SENDERS": "1",
            "KRS_API_URL": "",
            **kept,
        }
    )
