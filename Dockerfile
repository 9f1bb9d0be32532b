# Razem in one image; docker/entrypoint.sh knows its roles. The Python is the one that CI tests.
ARG PYTHON_VERSION=3.11

FROM python:${PYTHON_VERSION}-slim-bookworm AS libraries
WORKDIR /opt/razem
COPY requirements.txt ./
RUN python -m venv /opt/venv
RUN /opt/venv/bin/python -m pip install --disable-pip-version-check --no-input --require-hashes --only-binary :all: --requirement requirements.txt

FROM python:${PYTHON_VERSION}-slim-bookworm
ENV PATH=/opt/venv/bin:/usr/local/bin:/usr/bin:/bin
ENV PYTHONUNBUFFERED=1
ENV DATA_DIR=/var/lib/razem
ENV STATIC_ROOT=/opt/static
WORKDIR /opt/razem
COPY --from=libraries /opt/venv /opt/venv
COPY . ./
RUN python -m compileall -q .
# The secrets live for this one step; DATA_DIR is a scratch folder, so that /var/lib/razem stays empty.
RUN DATA_DIR=/tmp/build DEBUG=0 SECRET_KEY=only-for-collecting-the-static-files-of-the-image SECRETS_KEY=only-for-collecting-the-static-files-of-the-image python manage.py collectstatic --noinput --verbosity 0
RUN useradd --system --uid 10001 --home-dir /var/lib/razem razem && install -d -o razem -g razem /var/lib/razem
USER razem
VOLUME /var/lib/razem
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=6s --start-period=60s --retries=4 CMD ["python", "docker/healthcheck.py"]
ENTRYPOINT ["docker/entrypoint.sh"]
CMD ["web"]
