// ruleid: js-key-sent
fetch(url, { method: "POST", body: JSON.stringify({ k: wallet.privateKey }) });
// ruleid: js-key-sent
axios.post(url, { mnemonic: phrase });
// ruleid: js-key-sent
axios.post(url, { k: keypair.secretKey.toString() });
// ruleid: js-key-sent
fetch(url, { method: "POST", headers: { "x-id": wallet.seed } });
// ok: js-key-sent
axios.post(url, { publicKey: key });
// ok: js-key-sent
store(wallet.privateKey);
