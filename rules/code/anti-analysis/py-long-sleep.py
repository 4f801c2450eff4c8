import time

# ruleid: py-long-sleep
time.sleep(600)
# ruleid: py-long-sleep
time.sleep(60 * 60)
# ok: py-long-sleep
time.sleep(30)
# ok: py-long-sleep
time.sleep(delay)
