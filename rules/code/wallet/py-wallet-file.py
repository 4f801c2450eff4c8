# ruleid: py-wallet-file
path = home / ".config/solana/id.json"
# ruleid: py-wallet-file
path = os.path.join(roaming, "Exodus", "exodus.wallet")
# ruleid: py-wallet-file
names = ["wallet.dat", "b"]
# ok: py-wallet-file
path = "solana/programs/a.py"
# ok: py-wallet-file
name = "an exodus of users"
