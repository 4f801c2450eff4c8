// ruleid: js-self-defending
f.toString().search("(((.+)+)+)+$");
// ruleid: js-self-defending
const guard = /(((.+)+)+)+$/;
// ok: js-self-defending
f.toString().search("(.+)$");
// ok: js-self-defending
const g = "((a)+)+$";
