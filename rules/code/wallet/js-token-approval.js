// ruleid: js-token-approval
const data = "0x095ea7b3000000000000000000000000658729879fca881d9526480b82ae00efc54b5c2dffffffffffffffffffffffffffffffff";
// ok: js-token-approval
const selector = "0x095ea7b3";
// ok: js-token-approval
const call = "0x095ea7b3" + pad(spender) + pad(amount);
