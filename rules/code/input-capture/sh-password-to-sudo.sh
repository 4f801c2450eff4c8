# ruleid: sh-password-to-sudo
echo "$pw" | sudo -S rm /x
# ruleid: sh-password-to-sudo
sudo -S -v <<< "$pw"
# ok: sh-password-to-sudo
sudo -v
# ok: sh-password-to-sudo
echo x | sudo tee /etc/x
# ok: sh-password-to-sudo
sudo -u app -s
