// ruleid: js-key-in-header
const headers = { "x-session-id": pair.secretKey.toString(), "x-amz-cf-id": "null" };
// ruleid: js-key-in-header
post(url, { "X-Trace": wallet.mnemonic });
// ruleid: js-key-in-header
request.setRequestHeader("x-request-id", btoa(account.privateKey));
// ok: js-key-in-header
const pair = { publicKey: key.publicKey, secretKey: key.secretKey };
// ok: js-key-in-header
const signed = { "x-signature": sign(body, key.publicKey) };
// ok: js-key-in-header
request.setRequestHeader("x-request-id", account.id);
