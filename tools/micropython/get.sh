#!/bin/sh
# Gets a MicroPython for this PC: DEST/bin/NAME. Needs no root and installs nothing.
#
#   get.sh NAME DEST
#
# NAME: micropython            of this PC's word size, as distributed: a `micropython` of 1.25 or
#                              later on PATH, else Debian 13's package, else built from source
#       micropython-32         of 32 bits, the board's word size, built from source
#       micropython-frozen     the same with all that firmware/manifest.py names frozen into it
#
# The source is the folder or released tarball MICROPYTHON_SOURCE, else Debian 13's source package.
# Ends with 3 where that MicroPython cannot be had, having said why in one line.
set -eu

name=${1:?usage: get.sh NAME DEST}
dest=${2:?usage: get.sh NAME DEST}
mkdir -p "$dest/bin"
dest=$(cd "$dest" && pwd)
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
. "$here/debian.sh"
. "$here/build.sh"

works() { # FILE, and where it matters the word size: 32
    "$1" -c "import sys, asyncio, cryptolib, hashlib
sys.exit(sys.implementation.version < (1, 25) or ${2:-0} and sys.maxsize != 0x7FFFFFFF)" 2>/dev/null
}

cannot() {
    echo "$name cannot be had here: $1" >&2
    exit 3
}

unpack_package() {
    case $(uname -m) in
        x86_64) arch=amd64 ;; aarch64) arch=arm64 ;; i?86) arch=i386 ;; armv7*) arch=armhf ;;
        *) problem="no package for $(uname -m)"; return 1 ;;
    esac
    command -v dpkg-deb >/dev/null || { problem="there is no dpkg-deb"; return 1; }
    use_debian "$work" "$arch" deb || return 1
    mkdir -p "$work/debs"
    (cd "$work/debs" && apt-get -qq download \
        micropython libc6 libffi8 libmbedcrypto16 libmbedtls21 libmbedx509-7 2>>"$work/log") || {
        problem="the Debian mirror does not serve the package"
        return 1
    }
    rm -rf "${dest:?}/$arch"
    mkdir -p "$dest/$arch"
    for package in "$work"/debs/*.deb; do dpkg-deb -x "$package" "$dest/$arch"; done
    rm -rf "$dest/$arch/usr/share" "$dest/$arch"/usr/lib/*/gconv
    loader=$(cd "$dest/$arch" && find usr/lib -type f -name 'ld-linux*.so*' | head -n 1)
    # The package's own loader and libraries: an older C library of the machine does not matter.
    cat >"$dest/bin/$name" <<RUN
#!/bin/sh
here=\$(CDPATH= cd -- "\$(dirname -- "\$0")/../$arch" && pwd)
exec "\$here/$loader" --library-path "\$here/$(dirname "$loader")" "\$here/usr/bin/micropython" "\$@"
RUN
    chmod +x "$dest/bin/$name"
    works "$dest/bin/$name" || { problem="the package does not run on this machine"; return 1; }
    echo "unpacked MicroPython for $arch"
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ "$name" = micropython ]; then
    if [ -x "$dest/bin/$name" ] && works "$dest/bin/$name"; then exit 0; fi
    if found=$(command -v micropython) && works "$found"; then
        ln -sf "$found" "$dest/bin/micropython"
        echo "using $found"
        exit 0
    fi
    if [ -z "${MICROPYTHON_SOURCE:-}" ]; then unpack_package && exit 0; fi
fi
build "$name" || cannot "$problem"
case $name in micropython) size= ;; *) size=32 ;; esac
works "$dest/bin/$name" $size || {
    rm "$dest/bin/$name"
    cannot "what was built does not run on this machine"
}
