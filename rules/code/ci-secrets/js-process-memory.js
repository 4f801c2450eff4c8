// ruleid: js-process-memory
const fd = fs.openSync(`/proc/${pid}/mem`, "r");
// ruleid: js-process-memory
read("/proc/" + pid + "/environ");
// ruleid: js-process-memory
read(path.join("/proc", pid, "maps"));
// ok: js-process-memory
read("/proc/meminfo");
// ok: js-process-memory
read(`/proc/${pid}/status`);
