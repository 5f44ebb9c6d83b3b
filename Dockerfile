# Everything in one container: web server, worker, Debian's Redis and ffmpeg; all state is in /data.
FROM debian:bookworm-slim

RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates ffmpeg python3 python3-venv redis-server \
    && rm -rf /var/lib/apt/lists/*

RUN useradd --system --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin daypart \
    && install --directory --owner=daypart --group=daypart --mode=0700 /data

WORKDIR /opt/daypart
COPY requirements.lock ./
RUN python3 -m venv .venv \
    && .venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

COPY pyproject.toml README.md LICENSE NOTICE ./
COPY app app
COPY workers workers
COPY templates templates
COPY static static
RUN .venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation --editable . \
    && .venv/bin/python -m compileall -q app workers

ENV PATH=/opt/daypart/.venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ENV DAYPART_DATA=/data
USER daypart
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --start-interval=1s \
    CMD ["python", "-c", "import http.client, os, sys; desk = http.client.HTTPConnection('127.0.0.1', int(os.environ.get('DAYPART_PORT') or 8000), timeout=4); desk.request('GET', '/health'); sys.exit(desk.getresponse().status != 200)"]
CMD ["daypart", "up", "--host", "0.0.0.0"]
