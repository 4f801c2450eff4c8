import keyboard
from pynput.keyboard import Listener

# ruleid: py-keyboard-hook
Listener(on_press=note).start()
# ruleid: py-keyboard-hook
keyboard.on_press(note)
# ruleid: py-keyboard-hook
ctypes.windll.user32.GetAsyncKeyState(code)
# ok: py-keyboard-hook
keyboard.write("a")
# ok: py-keyboard-hook
Button(on_press=note)
