# ruleid: sh-stops-guard
systemctl stop auditd
# ruleid: sh-stops-guard
systemctl disable --now falcon-sensor
# ruleid: sh-stops-guard
iptables -F
# ruleid: sh-stops-guard
pkill -9 osqueryd
# ruleid: sh-stops-guard
defaults write com.apple.LaunchServices LSQuarantine -bool NO
# ruleid: sh-stops-guard
chattr +i /etc/cron.d/x
# ok: sh-stops-guard
systemctl stop nginx
# ok: sh-stops-guard
iptables -L
# ok: sh-stops-guard
pkill node
# ok: sh-stops-guard
systemctl enable auditd
# ok: sh-stops-guard
chattr -i file
