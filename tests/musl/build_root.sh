#!/bin/sh
# Makes a small root with nothing but musl in it: build_root.sh FOLDER BUN
#
# Bun's build for musl needs a libstdc++.so.6 for musl, which Debian does not have. It needs only
# some thirty functions of it, though, and those are in the objects that Debian has for linking:
# they are put together here, with the few functions of glibc that they call.
set -eu
folder=$1
bun=$2
root=$folder/root
rm -rf "$folder/packages" "$root"
mkdir -p "$folder/packages" "$root/lib" "$root/bin" "$root/usr/bin" "$root/etc" "$root/proc" \
  "$root/dev" "$root/tmp" "$root/root"
chmod 1777 "$root/tmp"

cd "$folder/packages"
gcc=$(gcc -dumpversion | cut -d. -f1)
apt-get -q download musl busybox-static "libstdc++-$gcc-pic" ||
  { apt-get -q update && apt-get -q download musl busybox-static "libstdc++-$gcc-pic"; }
for package in *.deb; do dpkg-deb -x "$package" .; done
musl=$root/lib/ld-musl-x86_64.so.1
cp "$(find . -name libc.so -type f | head -n 1)" "$musl"
ln -s ld-musl-x86_64.so.1 "$root/lib/libc.musl-x86_64.so.1"
cp "$(find . -path '*bin/busybox' -type f | head -n 1)" "$root/bin/busybox"
chroot "$root" /bin/busybox --install -s /bin
echo 'root:x:0:0:root:/root:/bin/sh' > "$root/etc/passwd"

cat > glibc_only.c <<'C'
/* What glibc has and musl has not. */
#include <sys/syscall.h>
long syscall(long, ...);
char __libc_single_threaded = 0;
void *__dso_handle __attribute__((visibility("hidden"))) = &__dso_handle;
unsigned arc4random(void) {
  unsigned number = 0;
  syscall(SYS_getrandom, &number, sizeof number, 0);
  return number;
}
int _dl_find_object(void *address, void *result) { return (void)address, (void)result, -1; }
C
gcc -c -fPIC -O2 glibc_only.c
has=$(nm -D --defined-only "$musl" | awk '{ print $3 }' | sort -u)
wants=$(
  {
    nm -D --undefined-only "$bun" | awk '$1 == "U" { print $2 }'
    readelf -rW "$bun" | awk '/R_X86_64_COPY/ { print $5 }'
  } | sed 's/@.*//' | sort -u
)
needed=$(printf '%s\n%s\n%s\n' "$wants" "$has" "$has" | sort | uniq -u | sed 's/^/-Wl,-u,/')
eh=$(gcc -print-file-name=libgcc_eh.a)
# shellcheck disable=SC2086 # one argument a symbol
gcc -shared -nostdlib -o "$root/lib/libstdc++.so.6" -Wl,-soname,libstdc++.so.6 -Wl,--gc-sections \
  $needed glibc_only.o "$(find . -name 'libstdc++_pic.a' | head -n 1)" "$eh" \
  "$(gcc -print-libgcc-file-name)" -Wl,--as-needed -L"$root/lib" -l:libc.musl-x86_64.so.1
