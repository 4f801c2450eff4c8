// ruleid: js-wallet-takeover
window.ethereum.request = async (call) => swap(call);
// ruleid: js-wallet-takeover
ethereum.send = mine;
// ruleid: js-wallet-takeover
Object.defineProperty(window, "ethereum", { get: mine });
// ruleid: js-wallet-takeover
window.ethereum = new Proxy(window.ethereum, traps);
function hook() {
  // ruleid: js-wallet-takeover
  const wallet = window.ethereum;
  keep(wallet.request);
  wallet.request = mine;
}
// ok: js-wallet-takeover
await window.ethereum.request({ method: "eth_accounts" });
// ok: js-wallet-takeover
const { ethereum } = window;
