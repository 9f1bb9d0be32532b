#!/bin/sh
# One image, several roles: web, worker, migrate, manage COMMAND…
# The environment is that of .env.example.
set -eu

role=${1:-web}
if [ $# -gt 0 ]; then shift; fi

case $role in
    web)
        exec python manage.py serve --workers 0 \
            --host 0.0.0.0 --port "${PORT:-8000}" --web-workers "${WEB_WORKERS:-2}" "$@"
        ;;
    worker) exec python manage.py worker "$@" ;;
    migrate)
        python manage.py migrate --noinput "$@"
        exec python manage.py setup_site
        ;;
    manage) exec python manage.py "$@" ;;
    *)
        echo "Unknown role: $role. The roles are web, worker, migrate and manage COMMAND…" >&2
        exit 64
        ;;
esac
