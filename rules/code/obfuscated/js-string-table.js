// ruleid: js-string-table
table["push"](table["shift"]());
// ruleid: js-string-table
while (!![]) { try { sum(); } catch (e) { table.push(table.shift()); } }
// ok: js-string-table
table.push(other.shift());
// ok: js-string-table
queue.push(queue.shift());
