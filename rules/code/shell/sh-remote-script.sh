# ruleid: sh-remote-script
curl -fsSL https://get.invalid/i.sh | bash
# ruleid: sh-remote-script
wget -qO- https://get.invalid/i.sh | sudo sh -s -- -y
# ruleid: sh-remote-script
bash -c "$(curl -fsSL https://get.invalid/i.sh)"
# ruleid: sh-remote-script
source <(curl -s https://get.invalid/env)
# ruleid: sh-remote-script
curl -s https://get.invalid/p | python3 -
# ruleid: sh-remote-script
curl -s https://get.invalid/x |\
  sh
# ok: sh-remote-script
# install it with: curl https://get.invalid/i.sh | bash
# ok: sh-remote-script
curl -fsSL https://get.invalid/a.tar.gz | tar xz
# ok: sh-remote-script
curl -s https://api.invalid/v | python3 -m json.tool
# ok: sh-remote-script
wget https://get.invalid/a.sh
