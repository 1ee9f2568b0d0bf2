#!/bin/sh
# Gets MicroPython for this PC into a folder: DEST/bin/micropython, with -a i386
# DEST/bin/micropython-i386. Needs no root and installs nothing.
#
#   fetch.sh [-a amd64|i386|arm64|armhf] DEST
#
# A `micropython` of 1.25 or later on PATH is used as it is. Otherwise Debian 13's package is
# unpacked, from $DEBIAN_MIRROR or the mirror that this machine's own apt uses. apt verifies the
# release by the key below, the index by the release, and each package by the index.
# Ends with 3 where no MicroPython can be had.
set -eu

arch=
while getopts a: option; do
    case $option in a) arch=$OPTARG ;; *) exit 2 ;; esac
done
shift $((OPTIND - 1))
dest=${1:?usage: fetch.sh [-a ARCH] DEST}
mkdir -p "$dest/bin"
dest=$(cd "$dest" && pwd)

cannot() {
    echo "MicroPython can not be had here: $1" >&2
    exit 3
}

works() {
    "$1" -c 'import sys, asyncio, cryptolib
sys.exit(sys.implementation.version < (1, 25))' 2>/dev/null
}

case $(uname -m) in
    x86_64) host=amd64 ;; aarch64) host=arm64 ;; i?86) host=i386 ;; armv7*) host=armhf ;; *) host= ;;
esac
name=micropython
if [ -n "$arch" ] && [ "$arch" != "$host" ]; then name=micropython-$arch; fi
arch=${arch:-$host}

if [ -x "$dest/bin/$name" ] && works "$dest/bin/$name"; then exit 0; fi
if [ $name = micropython ] && found=$(command -v micropython) && works "$found"; then
    ln -sf "$found" "$dest/bin/micropython"
    echo "using $found"
    exit 0
fi
[ -n "$arch" ] || cannot "no package for $(uname -m); install micropython 1.25 or later yourself"
for tool in apt-get dpkg-deb base64; do
    command -v $tool >/dev/null || cannot "no $tool; install micropython 1.25 or later yourself"
done
mirror=${DEBIAN_MIRROR:-$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
    grep -v '^#' | grep -oE 'https?://[^ ]+/debian/?( |$)' | head -n 1 | tr -d ' ')}
[ -n "$mirror" ] || cannot "no Debian mirror is known; set DEBIAN_MIRROR to one"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/debs"
: >"$work/status"
# Debian Stable Release Key (13/trixie), fingerprint 41587F7DB8C774BCCF131416762F67A0B2C39DE4.
base64 -d >"$work/key.gpg" <<'KEY'
mDMEZ+Gq1RYJKwYBBAHaRw8BAQdARlh1OX84KPJRedAP/M7WxPFEthWypAp8nvedFhqaX0q0R0Rl
YmlhbiBTdGFibGUgUmVsZWFzZSBLZXkgKDEzL3RyaXhpZSkgPGRlYmlhbi1yZWxlYXNlQGxpc3Rz
LmRlYmlhbi5vcmc+iJYEExYIAD4WIQRBWH99uMd0vM8TFBZ2L2egssOd5AUCZ+Gq1QIbAwUJDwmc
AAULCQgHAgYVCgkICwIEFgIDAQIeAQIXgAAKCRB2L2egssOd5DjVAP49S/e9VAtn9ip2DXj5zx87
MpUXnLHAhT/LsJ7JodnKoQEA8murEqdcC0pPsAA6Gmev/lz0MWUyfe5Y6DMB6t16FQuIdQQTFgoA
HRYhBMphnWWnKnut/JbSgBlkGKrrdMihBQJn4atmAAoJEBlkGKrrdMihxnAA/3i7WOUUDyea6tAB
VGfFKfHj6yAbfcKVr5GL0WSOQiXNAQC2YTKoTfCY/WOZnCwEHebpM3Mr6+A8lenj8pFzm8mFAokC
MgQQAQoAHRYhBHIDYw4sjnJyUWhP68XOXcLFQs1ZBQJn4v59AAoJEMXOXcLFQs1ZfdkP90fbXOyd
WNb1iXwu/vaUjxSx5Nk0Zwkjj7Pi74PZIfd9c0Luf/j7dEHuJOzkOKvkrpTYeQN8Ms9ITVTMeNSO
oQn8tnYsxhHqHUcI9ym/vJ6liIsE2K95gwH2mOQ24ot59pMyQX7sXE4DuQqlrEW1JRemKs7WJB2E
/4I7smqG3+/mqXAoHKkpFBMm1v9tNVx1Tp3ER6C4VFszONlmX0NLB5If+wSits1LnsVgBK1DHd3N
xh78YQL0W2xBCOfsHryaKkLW6tp1efTpMHfe4lDEgTFvEWaO3NlPEeD67uxAKpEG1b/CzBqx+Og1
RT+0iZkW9oXYoKJI0Vx0HlYeMrhuE+Q0Fqy/nZYcWhq3y6TuGC9J+hyB7D3Z7ne48zNGaAU4x7+6
pvkmlBWnNwPH/IlGbexa/F8o+rU0AWrvYCVRcbbcSsgkq1Dl/Xjbvlx9gwkKnhacbQ5VUOA2Zkp6
oBn/pFD1W8xE0X4dNHcM3J5kCAeZuszjPIZXvwuvAjaOE7ZxKvGDlQTWK8zR5h9tvcwMfVND+EqK
0qfDGDMtJqu/W0lSJj3G/FMO3aGn0Ks6b7cmjbCGjmn7WBGJT2PvH4A4ml1qopWy7Ont6zt1+Cll
y/0Uf75AamJSrAAYFFIJlcpWH/7NRW2L+n1FoIOv5xj5h675uHh/WFlPTNQqrRaPp1o=
KEY
# apt with a state of its own: nothing of the machine's is read or changed.
cat >"$work/apt.conf" <<CONF
Dir::State "$work"; Dir::State::lists "$work/lists"; Dir::State::status "$work/status";
Dir::Cache "$work/cache";
Dir::Etc::SourceList "$work/sources.list"; Dir::Etc::SourceParts "-";
Dir::Etc::Trusted "/dev/null"; Dir::Etc::TrustedParts "/dev/null";
Dir::Etc::Preferences "/dev/null"; Dir::Etc::PreferencesParts "/dev/null";
APT::Architecture "$arch"; APT::Architectures { "$arch"; };
Acquire::Languages "none"; Acquire::Retries "3"; APT::Sandbox::User "";
APT::Get::AllowUnauthenticated "false"; Acquire::AllowInsecureRepositories "false";
CONF
echo "deb [signed-by=$work/key.gpg] $mirror trixie main" >"$work/sources.list"
export APT_CONFIG="$work/apt.conf"
apt-get -qq -o APT::Update::Error-Mode=any update || cannot "the Debian mirror does not serve it"
(cd "$work/debs" && apt-get -qq download \
    micropython libc6 libffi8 libmbedcrypto16 libmbedtls21 libmbedx509-7)

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
works "$dest/bin/$name" || cannot "the package for $arch does not run on this machine"
echo "unpacked MicroPython for $arch"
