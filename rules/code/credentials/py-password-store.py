import keyring

# ruleid: py-password-store
keyring.get_password("a", "b")
# ruleid: py-password-store
subprocess.check_output(["security", "find-generic-password", "-w", name])
# ruleid: py-password-store
open("/etc/shadow")
# ok: py-password-store
keyring.set_password("a", "b", secret)
# ok: py-password-store
open("/etc/passwd")
