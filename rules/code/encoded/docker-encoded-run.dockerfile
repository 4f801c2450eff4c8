FROM base
# ruleid: docker-encoded-run
RUN echo QUJD | base64 -d | sh
# ruleid: docker-encoded-run
RUN openssl enc -d -aes-256-cbc -in a -k b | bash
# ok: docker-encoded-run
RUN echo QUJD | base64 -d > /a
# ok: docker-encoded-run
RUN openssl version
