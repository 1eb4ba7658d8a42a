# layerscope as an image: docker build --tag layerscope .
ARG PYTHON_IMAGE=python:3.13-slim

FROM ${PYTHON_IMAGE} AS build
# Of a mirror, where there is one.
ARG PIP_INDEX_URL
ARG PIP_FIND_LINKS
ARG PIP_NO_INDEX
COPY . /source
RUN python3 -m venv /opt/layerscope \
    && /opt/layerscope/bin/pip install --no-cache-dir --disable-pip-version-check /source \
    && /opt/layerscope/bin/pip uninstall --yes pip setuptools

FROM ${PYTHON_IMAGE}
COPY --from=build /opt/layerscope /opt/layerscope
ENV PATH=/opt/layerscope/bin:$PATH PYTHONDONTWRITEBYTECODE=1
USER 1000:1000
ENTRYPOINT ["layerscope"]
CMD ["--help"]
