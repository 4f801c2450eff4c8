import telebot
from discord_webhook import DiscordWebhook

# ruleid: py-chat-bot
bot = telebot.TeleBot(token)
# ruleid: py-chat-bot
requests.get(base + "/getUpdates")
# ruleid: py-chat-bot
DiscordWebhook(url=url, content=text).execute()
# ok: py-chat-bot
client.get_updates()
# ok: py-chat-bot
Webhook(url)
