# ruleid: rb-clipboard
text = Clipboard.paste
# ruleid: rb-clipboard
text = IO.popen("pbpaste").read
# ok: rb-clipboard
board = "a clipboard"
