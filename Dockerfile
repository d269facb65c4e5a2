# One static binary with the portal inside, run by a user without rights.
FROM node:20-bookworm-slim AS portal
WORKDIR /src/frontend
COPY frontend/package.json frontend/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY frontend ./
RUN npm run build

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=portal /src/frontend/dist ./frontend/dist
RUN CGO_ENABLED=0 go build -trimpath -tags nomsgpack -ldflags='-s -w' -o /out/sealgate ./server && mkdir -p /out/data

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/sealgate /sealgate
COPY --from=build --chown=65532:65532 /out/data /data
USER 65532:65532
ENV SEALGATE_LISTEN=0.0.0.0:8080 SEALGATE_DATA_DIR=/data SEALGATE_LOG__FORMAT=json
VOLUME /data
EXPOSE 8080
ENTRYPOINT ["/sealgate"]
CMD ["serve"]
