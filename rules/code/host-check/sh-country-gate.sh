# ruleid: sh-country-gate
timedatectl | grep -q Tehran && rm x
# ruleid: sh-country-gate
case "$(cat /etc/timezone)" in Europe/Moscow) exit;; esac
# ruleid: sh-country-gate
defaults read -g AppleLocale | grep ru_RU && exit
# ok: sh-country-gate
export TZ=Europe/Moscow
# ok: sh-country-gate
LANG=C make
# ok: sh-country-gate
locale -a
