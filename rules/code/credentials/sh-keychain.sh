# ruleid: sh-keychain
security find-generic-password -ga Chrome
# ruleid: sh-keychain
cp ~/Library/Keychains/login.keychain-db /tmp/k
# ruleid: sh-keychain
T=$(gh auth token)
# ruleid: sh-keychain
aws secretsmanager list-secrets
# ok: sh-keychain
security find-identity -v -p codesigning
# ok: sh-keychain
security create-keychain -p x build.keychain
# ok: sh-keychain
gh auth status
# ok: sh-keychain
# gh auth token
