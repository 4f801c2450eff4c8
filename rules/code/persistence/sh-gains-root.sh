# ruleid: sh-gains-root
echo "x ALL=(ALL) NOPASSWD:ALL" >> /etc/sudoers
# ruleid: sh-gains-root
useradd -o -u 0 -g 0 x
# ruleid: sh-gains-root
chmod u+s /bin/bash
# ruleid: sh-gains-root
chmod 4755 /tmp/sh
# ok: sh-gains-root
useradd --system --no-create-home app
# ok: sh-gains-root
visudo -cf /etc/sudoers.d/x
# ok: sh-gains-root
chmod 755 /usr/bin/x
# ok: sh-gains-root
chmod u+s $(BUILD)/x
