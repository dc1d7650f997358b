# Build:  docker build -t foreign-desk .
# Run:    docker run -p 8000:8000 -v desk-models:/srv/models foreign-desk
#         With --read-only add --tmpfs /tmp, where compiled loops are taken to.
FROM python:3.12-slim AS build
RUN pip install --no-cache-dir uv
WORKDIR /srv
COPY pyproject.toml uv.lock README.md ./
COPY training training
COPY service service
COPY seeds seeds
RUN uv sync --locked --no-dev --no-editable --compile-bytecode --extra postgresql

FROM python:3.12-slim
WORKDIR /srv
COPY --from=build /srv/.venv .venv
COPY seeds seeds
COPY deploy/nightly deploy/nightly
RUN useradd --system --uid 999 --home /srv desk && mkdir models kernels && chown desk models kernels
USER desk
ENV PATH=/srv/.venv/bin:$PATH DESK_MODELS=/srv/models NUMBA_CACHE_DIR=/srv/kernels
# Compiles all loops, so that no start has to; on another kind of processor the first start does, and says so.
RUN desk train --models /tmp/warm && echo 'Rain fell on Damascus.' | desk label --models /tmp/warm - && rm -r /tmp/warm
VOLUME /srv/models
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=90s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["desk", "serve", "--host", "0.0.0.0", "--train-if-missing"]
