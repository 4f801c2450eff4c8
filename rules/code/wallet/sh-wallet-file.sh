# ruleid: sh-wallet-file
cat ~/.config/solana/id.json
# ruleid: sh-wallet-file
cp ~/.bitcoin/wallet.dat /tmp
# ruleid: sh-wallet-file
tar cf w.tar ~/.electrum/wallets
# ok: sh-wallet-file
solana-keygen new -o id.json
# ok: sh-wallet-file
electrum --version
# ok: sh-wallet-file
keystore=release.jks
