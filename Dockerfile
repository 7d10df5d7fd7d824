# syntax=docker/dockerfile:1
# The images of Hỏi OCOP: "slim" reads codes, "full" (the default) reads the words on labels too.
#   docker build --target slim -t hoi-ocop:slim .      docker build -t hoi-ocop .
# The data is in /var/lib/hoi-ocop; nothing else is written, so the rest may be read-only (docker run --read-only).

FROM debian:bookworm-slim AS python
RUN apt-get update \
    && apt-get install -y --no-install-recommends libzbar0 python3 \
    && apt-get clean && rm -rf /var/lib/apt/lists/* /var/cache/apt/*

FROM python AS build-slim
RUN apt-get update && apt-get install -y --no-install-recommends binutils python3-pip python3-venv
WORKDIR /build
COPY . .
RUN deploy/build-image-root.sh slim /opt/hoi-ocop

FROM build-slim AS build-full
RUN deploy/build-image-root.sh full /opt/hoi-ocop

FROM python AS runtime
RUN useradd --uid 10001 --home-dir /var/lib/hoi-ocop --create-home --skel /dev/null --key HOME_MODE=0700 \
        --shell /usr/sbin/nologin hoi-ocop
ENV HOI_OCOP_HOST=0.0.0.0 LANG=C.UTF-8 PATH=/opt/hoi-ocop/bin:/usr/bin:/bin PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
WORKDIR /var/lib/hoi-ocop
VOLUME /var/lib/hoi-ocop
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ.get(\"HOI_OCOP_PORT\", 8080)}/healthz', timeout=4)"]
ENTRYPOINT ["hoi-ocop"]
CMD ["serve"]

FROM runtime AS slim
COPY --from=build-slim /opt/hoi-ocop /opt/hoi-ocop

FROM runtime AS full
COPY --from=build-full /opt/hoi-ocop /opt/hoi-ocop
