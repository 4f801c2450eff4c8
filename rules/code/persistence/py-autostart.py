# ruleid: py-autostart
path = os.path.expanduser("~/Library/LaunchAgents/a.plist")
# ruleid: py-autostart
os.system("(crontab -l; echo '@daily a') | crontab -")
# ruleid: py-autostart
subprocess.run(["systemctl", "--user", "enable", "--now", unit])
# ruleid: py-autostart
path = os.path.join(appdata, "Microsoft\\Windows\\Start Menu\\Programs\\Startup")
# ok: py-autostart
subprocess.run(["systemctl", "status", unit])
# ok: py-autostart
help = "edit your crontab to run it daily"
