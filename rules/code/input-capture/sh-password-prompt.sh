# ruleid: sh-password-prompt
osascript -e 'display dialog "macOS needs your password" default answer "" with hidden answer'
# ruleid: sh-password-prompt
dscl . -authonly "$USER" "$pw"
# ruleid: sh-password-prompt
osascript -e 'display dialog "Enter password to update" default answer ""'
# ok: sh-password-prompt
osascript -e 'display notification "done"'
# ok: sh-password-prompt
osascript -e 'display dialog "Finished"'
# ok: sh-password-prompt
dscl . -list /Users
