# pratique as an image: small, without a compiler, run by nobody in particular, and content with a read-only root.
#
#   docker build --tag pratique .
#   docker run --rm --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges \
#     --volume pratique-intel:/intel --volume "$PWD:/src:ro" pratique scan .
#
# Who builds it for others names the base by digest, so that nobody can move it under them:
#   docker buildx imagetools inspect python:3.13-slim      prints it
#   docker build --build-arg PYTHON=python:3.13-slim@sha256:… --tag pratique .
ARG PYTHON=python:3.13-slim

FROM ${PYTHON} AS build
COPY ci/install.sh ci/requirements.txt /opt/pratique/ci/
COPY scanner /opt/pratique/scanner
COPY rules /opt/pratique/rules
# What we need is taken by digest. Compiled now: a read-only root has no place for it later.
RUN bash /opt/pratique/ci/install.sh /opt/venv \
 && /opt/venv/bin/python -I -m compileall -q /opt/venv/lib /opt/pratique/scanner \
 && rm -rf /opt/venv/lib/python3*/site-packages/pip

FROM ${PYTHON}
# git reads the revisions that --base and --history compare.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends git \
 && rm -rf /var/lib/apt/lists/* \
 && install --directory --owner=65532 --group=65532 /intel /src
COPY --from=build /opt/venv /opt/venv
COPY --from=build /opt/pratique /opt/pratique
ENV PATH=/opt/venv/bin:/usr/local/bin:/usr/bin:/bin \
    HOME=/tmp \
    PRATIQUE_INTEL_DIR=/intel
WORKDIR /src
VOLUME /intel
USER 65532:65532
ENTRYPOINT ["pratique"]
CMD ["--help"]
