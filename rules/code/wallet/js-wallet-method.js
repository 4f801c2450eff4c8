// ruleid: js-wallet-method
if (call.method === "eth_sendTransaction") { swap(call); }
// ruleid: js-wallet-method
window.ethereum.request({ method });
// ruleid: js-wallet-method
if (typeof window.ethereum !== "undefined") { go(); }
// ruleid: js-wallet-method
wallet.signTransaction(t);
// ok: js-wallet-method
const chain = "ethereum";
// ok: js-wallet-method
sign("transaction");
