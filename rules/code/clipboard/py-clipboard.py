import pyperclip
import win32clipboard

# ruleid: py-clipboard
text = pyperclip.paste()
# ruleid: py-clipboard
win32clipboard.GetClipboardData()
# ruleid: py-clipboard
root.clipboard_get()
# ok: py-clipboard
pyperclip.copy(text)
# ok: py-clipboard
root.clipboard_clear()
