# Tain in one container: `docker build -t tain .`, then see docs/docker.md.
# Every step below is also run by tests/unit/deploy/dockerfile.test.ts (DOCKERFILE=1), which needs no Docker.

FROM node:24-bookworm-slim AS build
WORKDIR /app
ENV NEXT_TELEMETRY_DISABLED=1
# The packages change less often than the code, so they are a layer of their own.
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --include=optional --no-audit --no-fund --loglevel=error
COPY . .
# Part of the build, of all settings the only one: docs/cdn.md.
ARG ASSET_PREFIX
RUN node scripts/build-image.ts

FROM node:24-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1 HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
# Much less memory, as with `npm start`: docs/decisions/0045-memory-is-given-back.md.
ENV MALLOC_ARENA_MAX=2 MALLOC_TRIM_THRESHOLD_=131072
COPY --from=build /app /app
# Nothing here is written at run time but the data, and nobody needs to be root for that.
RUN mkdir -p /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 CMD ["node", "scripts/healthcheck.ts"]
# Node itself is the first process, so that it hears SIGTERM and lets running answers finish.
CMD ["node", "--max-semi-space-size=4", "--heap-growing-percent=10", "server/main.ts"]
