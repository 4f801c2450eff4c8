# ruleid: sh-service
cat > /etc/systemd/system/sysmon.service <<E
# ruleid: sh-service
cp a.plist "$HOME/Library/LaunchAgents/a.plist"
# ruleid: sh-service
systemctl --user enable --now pgmon
# ruleid: sh-service
launchctl load -w ~/a.plist
# ruleid: sh-service
mkdir -p d; cat u > ~/.config/systemd/user/x.service
# ok: sh-service
systemctl restart nginx
# ok: sh-service
launchctl list
# ok: sh-service
ls /etc/systemd/system/
# ok: sh-service
cat /etc/init.d/functions
