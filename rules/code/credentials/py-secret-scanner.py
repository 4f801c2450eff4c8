# ruleid: py-secret-scanner
subprocess.run(["trufflehog", "filesystem", home, "--json"])
# ruleid: py-secret-scanner
os.system("/tmp/trufflehog filesystem / --json")
# ok: py-secret-scanner
name = "trufflehog"
# ok: py-secret-scanner
subprocess.run(["git", "log"])
