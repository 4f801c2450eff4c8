// ruleid: js-chain-read
post(url, { method: "eth_call", params });
// ruleid: js-chain-read
post(url, { method: "getSignaturesForAddress", params: [address] });
// ruleid: js-chain-read
const seen = await connection.getSignaturesForAddress(key, { limit: 1 });
// ruleid: js-chain-read
const text = hex(reply.data[0].raw_data.data);
// ruleid: js-chain-read
const p = new ethers.JsonRpcProvider(url);
// ok: js-chain-read
post(url, { method: "eth_accounts" });
// ok: js-chain-read
say("getTransactionById");
