# ruleid: sh-machine-check
if systemd-detect-virt; then exit; fi
# ruleid: sh-machine-check
system_profiler SPHardwareDataType | grep -i QEMU
# ruleid: sh-machine-check
dmidecode | grep -i vmware && exit
# ok: sh-machine-check
qemu-system-x86_64 -m 1G
# ok: sh-machine-check
vmware-toolbox
# ok: sh-machine-check
grep -c processor /proc/cpuinfo
