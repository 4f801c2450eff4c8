# ruleid: py-wallet-extension
wanted = ["nkbihfbeogaeaoehlefnkodbefgpgknn"]
# ruleid: py-wallet-extension
path = settings + "/bfnaelmomeimhlpmgjnjophhpkkoljpa"
# ok: py-wallet-extension
wanted = ["abcdefghijklmnopabcdefghijklmnop"]
# ok: py-wallet-extension
wanted = nkbihfbeogaeaoehlefnkodbefgpgknn
