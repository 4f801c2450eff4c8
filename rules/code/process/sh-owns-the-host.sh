# ruleid: sh-owns-the-host
docker run --privileged -v /:/host alpine chroot /host sh
# ruleid: sh-owns-the-host
nsenter -t 1 -m -u sh
# ok: sh-owns-the-host
docker run -v $PWD:/src image
# ok: sh-owns-the-host
docker run -v /var/run/docker.sock:/var/run/docker.sock x
# ok: sh-owns-the-host
nsenter -t $pid -n ip a
