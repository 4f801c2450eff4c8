# ruleid: sh-clears-traces
history -c
# ruleid: sh-clears-traces
rm -f ~/.bash_history
# ruleid: sh-clears-traces
> /var/log/auth.log
# ruleid: sh-clears-traces
shred -u /var/log/wtmp
# ruleid: sh-clears-traces
journalctl --rotate --vacuum-time=1s
# ok: sh-clears-traces
history | tail
# ok: sh-clears-traces
rm -rf /var/log/myapp
# ok: sh-clears-traces
touch ~/.bash_history
# ok: sh-clears-traces
tail /var/log/syslog
