# ruleid: py-ssh-key
path = os.path.expanduser("~/.ssh/id_rsa")
# ruleid: py-ssh-key
path = Path.home() / ".ssh"
# ok: py-ssh-key
module = "paramiko.ssh"
# ok: py-ssh-key
name = "id_rsa_length"
