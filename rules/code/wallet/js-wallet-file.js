// ruleid: js-wallet-file
read(path.join(home, ".config/solana/id.json"));
// ruleid: js-wallet-file
copy(`${home}/Library/Application Support/Exodus/exodus.wallet`);
// ruleid: js-wallet-file
const dirs = ["Electrum/wallets", "Ethereum/keystore"];
// ruleid: js-wallet-file
read(path.join(data, "Ledger Live"));
// ok: js-wallet-file
say("exodus of the masses");
// ok: js-wallet-file
const keystore = "app/keystore";
