# found under "discord"
# ruleid: py-chat-token
for one in re.findall(r"[\w-]{24}\.[\w-]{6}\.[\w-]{27}", line):
    found.append(one)
# ruleid: py-chat-token
path = roaming + "\\discord\\Local Storage\\leveldb\\"
# ruleid: py-chat-token
path = os.path.join(roaming, "Telegram Desktop\\tdata")
# ok: py-chat-token
path = "discord/storage.py"
# ok: py-chat-token
re.findall(r"[\w-]{24}", line)
