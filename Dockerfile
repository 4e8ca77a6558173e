# The aggregator as a container: unprivileged, on a read-only root, everything it keeps in /data.
#
#   docker build -t inspection-aggregator .
#   docker run -d --name aggregator --read-only --tmpfs /tmp -v aggregator:/data inspection-aggregator
#
# The base is pinned by tag, not by digest: a rebuild shall get the distribution's security fixes, and what decides
# the program's behaviour, its dependencies, is pinned by hash. For a build that repeats to the byte:
#   docker build --build-arg BASE=python:3.13-slim-trixie@sha256:... .
ARG BASE=python:3.13-slim-trixie

FROM ${BASE} AS build
WORKDIR /src
# Dependencies first: this layer is built again only when a version changes.
COPY constraints/run.txt constraints/run.txt
RUN python -m venv /opt/aggregator \
 && /opt/aggregator/bin/python -m pip --disable-pip-version-check install --no-cache-dir --require-hashes --requirement constraints/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY aggregator aggregator
# What builds does not ship: setuptools, and pip (which sqlite-utils names for its own "install" command alone).
RUN /opt/aggregator/bin/python -m pip --disable-pip-version-check install --no-cache-dir --no-deps --no-build-isolation . \
 && /opt/aggregator/bin/python -m pip uninstall --yes setuptools pip

FROM ${BASE}
LABEL org.opencontainers.image.title="inspection-aggregator" \
      org.opencontainers.image.description="Follows probation inspection in England and Wales: who was rated, on what, and how" \
      org.opencontainers.image.licenses="MIT"
# A fixed number, so that the owner of a volume's files is the same after every rebuild.
RUN groupadd --gid 10001 aggregator \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin aggregator \
 && install --directory --owner=10001 --group=10001 --mode=0750 /data
COPY --from=build /opt/aggregator /opt/aggregator
# Mount your own over it: -v ./config.toml:/etc/aggregator/config.toml:ro
COPY aggregator/config/shipped.toml /etc/aggregator/config.toml
# Modules were compiled when they were installed; a read-only root takes no more bytecode.
ENV PATH=/opt/aggregator/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    AGGREGATOR_CONFIG=/etc/aggregator/config.toml \
    AGGREGATOR_DATABASE=/data/aggregator.db
USER 10001:10001
WORKDIR /data
VOLUME ["/data"]
# The daemon drains within 10 s of this, which is also how long `docker stop` waits.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=1m --timeout=10s --start-period=1m --retries=3 CMD ["aggregator", "healthcheck"]
ENTRYPOINT ["aggregator"]
CMD ["run"]
