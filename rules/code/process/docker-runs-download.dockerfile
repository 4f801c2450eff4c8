FROM base
# ruleid: docker-runs-download
RUN curl -o /tmp/a https://a.invalid/a && chmod +x /tmp/a && /tmp/a
RUN set -e; \
    # ruleid: docker-runs-download
    wget -O /a https://a.invalid/a; \
    chmod 755 /a; /a
# ok: docker-runs-download
RUN curl -o /usr/bin/a https://a.invalid/a && chmod +x /usr/bin/a
# ok: docker-runs-download
RUN chmod +x /entry && /entry
