FROM base
# ruleid: docker-remote-script
RUN curl -fsSL https://a.invalid/i.sh | sh
RUN set -e; \
    # ruleid: docker-remote-script
    wget -qO- https://a.invalid/i.sh \
  | bash
# ok: docker-remote-script
RUN curl -fsSL https://a.invalid/a.tgz | tar xz
# ok: docker-remote-script
RUN curl -o a https://a.invalid/a
