# ruleid: sh-scheduled
(crontab -l; echo "* * * * * /tmp/.x") | crontab -
# ruleid: sh-scheduled
echo "* * * * * root /tmp/.x" >> /etc/crontab
# ruleid: sh-scheduled
crontab /tmp/c
# ruleid: sh-scheduled
tee /etc/cron.d/x < x
# ok: sh-scheduled
crontab -l
# ok: sh-scheduled
# crontab -e
# ok: sh-scheduled
rm -f /etc/cron.d/x
# ok: sh-scheduled
ls /etc/cron.daily
