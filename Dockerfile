# Meridian: Node, what was compiled, the packages it loads, and the C library under them. No shell, no package manager.
#
#   docker buildx build --platform linux/amd64,linux/arm64 .
#
# The files come from scripts/image.mjs, which needs no engine: the tests start the server from the same tree.

# On the machine that builds, whichever the image is for: packages and JavaScript are the same everywhere, Node comes as
# a package per architecture, and the addon from a compiler for it. Nothing is emulated.
FROM --platform=$BUILDPLATFORM node:24.21.0-trixie-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit --no-fund
# The addon's C is compiled here too, by a compiler for the machine that the image is for.
ARG BUILDARCH
ARG TARGETARCH
RUN case "$TARGETARCH" in \
      "$BUILDARCH") cross= ;; \
      arm64) cross="gcc-aarch64-linux-gnu libc6-dev-arm64-cross" ;; \
      amd64) cross="gcc-x86-64-linux-gnu libc6-dev-amd64-cross" ;; \
    esac \
    && apt-get update \
    && apt-get install --yes --no-install-recommends gcc libc6-dev $cross \
    && rm -rf /var/lib/apt/lists/*
COPY . .
ARG SOURCE_DATE_EPOCH=0
RUN --mount=type=cache,target=/root/.npm node scripts/image.mjs --to /out --arch "$TARGETARCH"

# Node is linked with glibc, libstdc++ and libgcc, which this base has; on musl (Alpine) it would not start.
FROM gcr.io/distroless/cc-debian13:nonroot
ARG VERSION=unreleased
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
LABEL org.opencontainers.image.title="Meridian" \
      org.opencontainers.image.description="Cross-cluster service discovery for Kubernetes, by plain DNS" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.url="https://meridian-dns.io" \
      org.opencontainers.image.documentation="https://meridian-dns.io/docs" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.created="$CREATED"
COPY --from=build /out/ /

# Of the container's memory limit, for the main thread; the others have parts of it. Node's own default is half as well,
# but never under 256 MiB nor over 4 GiB, whatever the limit. An environment variable, so that a Pod can say otherwise.
ENV NODE_OPTIONS=--max-old-space-size-percentage=50
# The threads' malloc arenas would each keep what a burst left in them.
ENV MALLOC_ARENA_MAX=2

USER 65532:65532
EXPOSE 1053/udp 1053/tcp 9153/tcp
STOPSIGNAL SIGTERM
# Left alone, the young generation grows to 128 MiB after bursts, and hardly shrinks; smaller, a start copies all it
# reads over and over. What a start leaves behind is collected in calm, by --expose-gc.
ENTRYPOINT ["/usr/local/bin/node", "--min-semi-space-size=8", "--max-semi-space-size=8", "--expose-gc", "/app/bin/meridian.mjs"]
CMD ["serve", "--config", "/etc/meridian/meridian.yaml"]
