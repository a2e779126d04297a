# One image for all that runs. Its targets share every layer and differ in what they start:
#
#   docker build --target gateway -t rung-gateway .      also: scheduler, worker, tools, sandbox
#
# Nothing in it needs a shell, a writable file system or root.

# The package.json of every workspace alone: the layers with dependencies are built anew when one of them changes.
FROM node:24-bookworm-slim AS manifests
WORKDIR /app
COPY package.json package-lock.json ./
COPY packages ./packages
COPY services ./services
RUN find packages services -type f ! -name package.json -delete \
 && find packages services -type d -empty -delete

# Packages that run, without their types, sources and tests. Optional ones stay, because others need theirs; only Node
# itself goes, which the image has already.
FROM node:24-bookworm-slim AS production
WORKDIR /app
COPY --from=manifests /app ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
 && rm -rf node_modules/node-linux-* node_modules/node-win-* node_modules/.bin node_modules/@rung/sandbox \
           node_modules/typeorm/browser packages/sandbox package-lock.json \
 && find node_modules -type f \( -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -name '*.map' \) -delete \
 && find node_modules -type d \( -name test -o -name tests -o -name __tests__ \) -prune -exec rm -rf {} +

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY --from=manifests /app ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.base.json tsconfig.json ./
COPY packages ./packages
COPY services ./services
COPY scripts ./scripts
# What is left of a package is what it needs at run time: its manifest, its JavaScript, and files that it reads. Tools
# keep the names by which they are called in a checkout.
RUN npm run build \
 && rm -rf packages/*/src services/*/src packages/*/node_modules services/*/node_modules \
 && find packages services scripts/dist -type f \
      \( -name 'tsconfig*.json' -o -name '.tsbuildinfo' -o -name '*.d.ts' -o -name '*.map' \) -delete \
 && mv packages/sandbox ./sandbox \
 && mv scripts/dist/tools/db.js scripts/dist/tools/db.mjs && mv scripts/dist/tools/ops.js scripts/dist/tools/ops.mjs

# Without npm and yarn, which nothing calls.
FROM node:24-bookworm-slim AS runtime
RUN rm -rf /usr/local/lib/node_modules /opt/yarn-* /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack \
           /usr/local/bin/yarn /usr/local/bin/yarnpkg /usr/local/bin/docker-entrypoint.sh
ENV NODE_ENV=production
WORKDIR /app
COPY --from=production /app ./
COPY --from=build /app/packages ./packages
COPY --from=build /app/services ./services
COPY scripts/compose/healthcheck.mjs scripts/compose/stopEarly.mjs ./
USER 1000:1000
ENTRYPOINT ["node", "--import=/app/stopEarly.mjs"]

# The emulator of the Bot API, and those who play a learner's days on it: for development, never deployed.
FROM runtime AS sandbox
USER root
# For a volume: a new one takes over whose its place was.
RUN mkdir /data && chown 1000:1000 /data
COPY --from=build /app/sandbox ./packages/sandbox
COPY --from=build /app/scripts/dist/sandbox ./scripts
USER 1000:1000
ENV PORT=8081 SANDBOX_HOST=0.0.0.0
EXPOSE 8081
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["node", "healthcheck.mjs", "PORT", "/"]
CMD ["packages/sandbox/dist/main.js"]

# Migrations, the loading of the bank, and the operator's commands. PostgreSQL's image below it, because a backup needs a
# pg_dump that is as new as the server.
FROM postgres:17-bookworm AS tools
COPY --from=runtime /usr/local/bin/node /usr/local/bin/node
COPY --from=runtime /app /app
COPY --from=build /app/scripts/dist/tools /app/scripts
COPY scripts/stack/supervisor.mjs /app/scripts/stack/
RUN groupadd --gid 1000 node && useradd --uid 1000 --gid 1000 --no-create-home node \
 && mkdir /backups && chown 1000:1000 /backups
ENV NODE_ENV=production
WORKDIR /app
USER 1000:1000
STOPSIGNAL SIGTERM
HEALTHCHECK NONE
ENTRYPOINT ["node", "--import=/app/stopEarly.mjs"]
CMD ["scripts/ops.mjs"]

FROM runtime AS scheduler
ENV OPS_PORT=9102
EXPOSE 9102
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["node", "healthcheck.mjs", "OPS_PORT", "/healthz"]
CMD ["services/scheduler/dist/main.js"]

FROM runtime AS worker
ENV OPS_PORT=9103
EXPOSE 9103
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["node", "healthcheck.mjs", "OPS_PORT", "/healthz"]
CMD ["services/worker/dist/main.js"]

# The last one is what `docker build .` makes.
FROM runtime AS gateway
ENV PORT=8080 OPS_PORT=9101
EXPOSE 8080 9101
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["node", "healthcheck.mjs", "OPS_PORT", "/healthz"]
CMD ["services/gateway/dist/main.js"]
