import mss
import pyautogui
from PIL import Image, ImageGrab

# ruleid: py-screen-capture
ImageGrab.grab().save(path)
# ruleid: py-screen-capture
pyautogui.screenshot(path)
# ruleid: py-screen-capture
mss.mss()
# ok: py-screen-capture
Image.open(path)
# ok: py-screen-capture
driver.save_screenshot(path)
