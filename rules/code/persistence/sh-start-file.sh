# ruleid: sh-start-file
echo '/tmp/.x &' >> ~/.bashrc
# ruleid: sh-start-file
printf "%s" x | tee -a "$HOME/.zshrc"
# ruleid: sh-start-file
cat a >> /etc/profile
# ok: sh-start-file
source ~/.bashrc
# ok: sh-start-file
grep x ~/.zshrc
# ok: sh-start-file
# echo x >> ~/.bashrc
# ok: sh-start-file
[ -f ~/.profile ] && . ~/.profile
