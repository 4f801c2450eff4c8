# ruleid: rb-long-sleep
sleep 3600
# ruleid: rb-long-sleep
sleep(rand * 3333)
# ok: rb-long-sleep
sleep 0.5
# ok: rb-long-sleep
sleep 60
