# One image for web and worker. State lives in /var/lib/stoa; settings are STOA_* variables (see docs/deployment.md).
FROM python:3.11-slim

WORKDIR /opt/stoa
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes --requirement requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY tools ./tools
COPY src ./src
RUN python tools/link.py && python -m compileall -q src \
    && useradd --system --uid 10001 --home-dir /var/lib/stoa --create-home stoa

USER stoa
ENV STOA_HOME=/var/lib/stoa STOA_HOST=0.0.0.0 STOA_PORT=8000 PYTHONUNBUFFERED=1
VOLUME /var/lib/stoa
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
CMD ["stoa", "serve"]
