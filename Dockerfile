# The service without a PostgreSQL of its own: give it DATABASE_URL (README.md, "In a container").

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# Nothing of the build runs an install script or is built for one platform only.
RUN npm ci --ignore-scripts --omit=optional --no-audit --no-fund
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY migrations migrations
COPY src src
COPY bench bench
COPY demo demo
RUN npm run build

FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --omit=dev --omit=optional --no-audit --no-fund

FROM node:24-bookworm-slim
# The container's network decides who reaches it; loopback would be nobody.
ENV NODE_ENV=production \
    AUDIENCE_SYNC_HTTP_HOST=0.0.0.0 \
    AUDIENCE_SYNC_DATA_DIR=/data
RUN mkdir --mode=0700 /data && chown node:node /data
WORKDIR /app
COPY package.json LICENSE ./
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist/migrations dist/migrations
COPY --from=build /app/dist/src dist/src
USER node
# Tokens of a start without an options file.
VOLUME /data
EXPOSE 8050 8051
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.CONFIGCAT_HTTP_PORT || 8050) + '/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# As process 1 it gets SIGTERM itself. The flags are those of `npm start` (docs/operate.md, Memory).
CMD ["node", "--enable-source-maps", "--max-semi-space-size=32", "dist/src/main.js"]
