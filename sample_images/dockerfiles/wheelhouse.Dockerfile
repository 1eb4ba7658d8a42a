# Looks tidy, ships every wheel: COPY makes one layer, and the `rm -rf` of the next one only hides it.
# Context: this folder.
FROM nvidia/cuda:12.4.1-devel-ubuntu22.04 AS builder
RUN apt-get update && apt-get install -y --no-install-recommends python3-pip && rm -rf /var/lib/apt/lists/*
COPY onnx/requirements.txt .
RUN pip wheel --no-cache-dir -w /wheels -r requirements.txt

FROM nvidia/cuda:12.4.1-base-ubuntu22.04
RUN apt-get update && apt-get install -y --no-install-recommends python3 python3-pip && apt-get clean && rm -rf /var/lib/apt/lists/*
COPY --from=builder /wheels /wheels
RUN pip install --no-cache-dir --no-index --find-links=/wheels /wheels/* && rm -rf /wheels
COPY onnx/ /app/
USER 1000:1000
CMD ["python3", "/app/serve.py"]
