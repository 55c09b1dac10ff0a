# confined.sh ROOT TREE CONFIG STATE COMMAND…: becomes the command, in the image's place and as the image's user.
#
# Runs as root in mount and PID namespaces of its own. What it mounts on ROOT is what a node's container runtime would:
# the image's tree and the C libraries of its base, read-only; the configuration, read-only; the state; /tmp.
set -eu
root=$1 tree=$2 config=$3 state=$4
shift 4

mount -t tmpfs -o mode=0755 base "$root"
mkdir -p "$root/app" "$root/usr/local" "$root/etc/meridian" "$root/var/lib/meridian" "$root/tmp" "$root/proc" "$root/dev"
ldd "$tree/usr/local/bin/node" | grep -o '/[^ ]*' | while read -r library; do
  mkdir -p "$root${library%/*}"
  cp -L "$library" "$root$library"
done
touch "$root/dev/null" "$root/dev/urandom"

bind() {
  mount --bind "$1" "$root$2"
  mount -o "remount,bind,nosuid,$3" "$root$2"
}
bind "$tree/app" /app ro
bind "$tree/usr/local" /usr/local ro
bind "$config" /etc/meridian ro
bind "$state" /var/lib/meridian rw
mount --bind /dev/null "$root/dev/null"
mount --bind /dev/urandom "$root/dev/urandom"
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=1777,nosuid,noexec temporary "$root/tmp"
mount -o remount,ro "$root"

exec env -i "${NODE_OPTIONS:+NODE_OPTIONS=$NODE_OPTIONS}" HOME=/nonexistent PATH=/usr/local/bin \
  "$(command -v chroot)" --userspec=65532:65532 --groups= "$root" "$@"
