# The same service without the waste: the wheels bring their own CUDA, so `base` is enough. Context: this folder.
FROM nvidia/cuda:12.4.1-devel-ubuntu22.04 AS builder
RUN apt-get update && apt-get install -y --no-install-recommends python3-venv && rm -rf /var/lib/apt/lists/*
RUN python3 -m venv /opt/venv
COPY requirements.txt .
RUN /opt/venv/bin/pip install --no-cache-dir --no-compile -r requirements.txt && /opt/venv/bin/pip uninstall -y pip setuptools

FROM nvidia/cuda:12.4.1-base-ubuntu22.04
RUN apt-get update && apt-get install -y --no-install-recommends python3 && rm -rf /var/lib/apt/lists/*
COPY --from=builder /opt/venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
ENV PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY app/ .
USER 1000:1000
HEALTHCHECK --interval=30s --timeout=5s CMD ["python3", "healthcheck.py"]
CMD ["python3", "serve.py"]
