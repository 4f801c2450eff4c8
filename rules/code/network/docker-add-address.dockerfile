FROM base
# ruleid: docker-add-address
ADD https://a.invalid/a.tar.gz /a
# ruleid: docker-add-address
ADD http://a.invalid/a.sh /a.sh
# ok: docker-add-address
ADD a.tar.gz /a
# ok: docker-add-address
COPY a /a
