# One image recipe for all components: `docker build --build-arg COMPONENT=services/catalog .`
# (gateway, services/auth, services/catalog, services/reservation, services/expiry-worker)

ARG NODE_IMAGE=node:24-bookworm-slim

# The files that npm needs; they rarely change, so the layers that install packages are reused.
FROM ${NODE_IMAGE} AS manifests
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY packages/contracts/package.json packages/contracts/
COPY packages/ops/package.json packages/ops/
COPY packages/rpc/package.json packages/rpc/
COPY packages/identity/package.json packages/identity/
COPY packages/store/package.json packages/store/
COPY packages/documentdb-wire/package.json packages/documentdb-wire/
COPY packages/local-stores/package.json packages/local-stores/
COPY packages/live-page/package.json packages/live-page/
COPY packages/audit/package.json packages/audit/
COPY packages/client/package.json packages/client/
COPY services/auth/package.json services/auth/
COPY services/catalog/package.json services/catalog/
COPY services/reservation/package.json services/reservation/
COPY services/expiry-worker/package.json services/expiry-worker/
COPY gateway/package.json gateway/
COPY scripts/package.json scripts/
COPY test/bench/package.json test/bench/
COPY test/chaos/package.json test/chaos/
COPY test/model/package.json test/model/

# Compiles everything once; the layer is shared by all five images.
FROM manifests AS build
RUN npm ci --ignore-scripts
COPY tsconfig.base.json tsconfig.build.json ./
COPY packages packages
COPY services services
COPY gateway gateway
COPY scripts scripts
RUN npx tsc -b tsconfig.build.json

# Only the runtime dependencies of the chosen component. Prebuilt native modules are part of their packages, so no
# install script needs to run.
FROM manifests AS production-modules
ARG COMPONENT
RUN npm ci --ignore-scripts --omit=dev --workspace "${COMPONENT}" --include-workspace-root=false \
  && npm cache clean --force

FROM ${NODE_IMAGE} AS runtime
ARG COMPONENT
# HEAP_MB limits Node's heap, in megabytes, so that it collects garbage instead of growing; a container needs about twice as
# much memory. Few arenas reduce the fragmentation of native memory. Metrics and health are always served. The semi-space is that
# of `npm start` (scripts/src/start/stack-environment.ts says why).
ENV NODE_ENV=production \
    NODE_OPTIONS="--enable-source-maps" \
    HEAP_MB=256 \
    MALLOC_ARENA_MAX=2 \
    METRICS_PORT=9464 \
    COMPONENT=${COMPONENT}
WORKDIR /app
COPY --from=production-modules /app ./
COPY proto proto
COPY --from=build /app/packages/contracts/dist packages/contracts/dist
COPY --from=build /app/packages/ops/dist packages/ops/dist
COPY --from=build /app/packages/rpc/dist packages/rpc/dist
COPY --from=build /app/packages/identity/dist packages/identity/dist
COPY --from=build /app/packages/store/dist packages/store/dist
COPY --from=build /app/${COMPONENT}/dist ${COMPONENT}/dist
# Programs in the gateway's pages for browsers.
COPY gateway/browser gateway/browser
# The live sale page, whose files browsers get as they are; only the gateway uses it.
COPY --from=build /app/packages/live-page/dist packages/live-page/dist
COPY packages/live-page/page packages/live-page/page
COPY deploy/healthcheck.sh deploy/healthcheck.sh
USER node
HEALTHCHECK --interval=10s --timeout=10s --start-period=60s --retries=3 \
  CMD ["bash", "deploy/healthcheck.sh"]
# exec makes Node the container's first process, so that it receives SIGTERM and can stop in order.
CMD ["sh", "-c", "exec node --max-old-space-size=${HEAP_MB} --max-semi-space-size=32 ${COMPONENT}/dist/main.js"]
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="flashreserve ${COMPONENT}" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
