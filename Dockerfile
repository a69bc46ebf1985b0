# syntax=docker/dockerfile:1
# One image for every role: web (its own command), workers, beat and the `nazer` command.

FROM python:3.13-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/nazer
ENV PATH=/opt/nazer/bin:$PATH
WORKDIR /src
# Dependencies first: they change less often than the code. Every file is checked against its hash.
COPY requirements.txt .
RUN pip install --require-hashes --requirement requirements.txt
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY classifiers classifiers
COPY moderation moderation
COPY worker worker
RUN pip install --no-deps . && python -m compileall -q /opt/nazer/lib

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin nazer
COPY --from=build /opt/nazer /opt/nazer
ENV PATH=/opt/nazer/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
WORKDIR /tmp
USER nazer
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
# exec: gunicorn itself gets the signal to stop
CMD ["sh", "-c", "exec gunicorn --config python:moderation.web_server 'moderation.app:create_app()' --bind 0.0.0.0:8000 --workers ${PROCESSES:-2} --threads ${THREADS:-8} --worker-class gthread --worker-tmp-dir /dev/shm --graceful-timeout 30 --no-control-socket"]
