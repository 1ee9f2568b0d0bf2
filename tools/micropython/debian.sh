# Debian 13's packages and sources, verified, into any folder. Needs no root; nothing of the
# machine's apt is read but the name of its mirror. To be sourced: see get.sh.

# Give apt a state of its own in the folder $1, for the architecture $2, with what sources.list
# calls $3 (deb or deb-src). apt verifies the release by the key below, the index by the release,
# and each file by the index. Tells whether that worked, and why not in $problem.
use_debian() {
    for tool in apt-get base64; do
        command -v $tool >/dev/null || { problem="there is no $tool"; return 1; }
    done
    mirror=${DEBIAN_MIRROR:-$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
        grep -v '^#' | grep -oE 'https?://[^ ]+/debian/?( |$)' | head -n 1 | tr -d ' ')}
    [ -n "$mirror" ] || { problem="no Debian mirror is known; set DEBIAN_MIRROR to one"; return 1; }
    mkdir -p "$1/lists/partial" "$1/cache/archives/partial"
    : >"$1/status"
    _write_key >"$1/key.gpg"
    cat >"$1/apt.conf" <<CONF
Dir::State "$1"; Dir::State::lists "$1/lists"; Dir::State::status "$1/status";
Dir::Cache "$1/cache";
Dir::Etc::SourceList "$1/sources.list"; Dir::Etc::SourceParts "-";
Dir::Etc::Trusted "/dev/null"; Dir::Etc::TrustedParts "/dev/null";
Dir::Etc::Preferences "/dev/null"; Dir::Etc::PreferencesParts "/dev/null";
APT::Architecture "$2"; APT::Architectures { "$2"; };
Acquire::Languages "none"; Acquire::Retries "3"; APT::Sandbox::User "";
APT::Get::AllowUnauthenticated "false"; Acquire::AllowInsecureRepositories "false";
CONF
    echo "$3 [signed-by=$1/key.gpg] $mirror trixie main" >"$1/sources.list"
    export APT_CONFIG="$1/apt.conf"
    apt-get -qq -o APT::Update::Error-Mode=any update >"$1/log" 2>&1 || {
        problem="the Debian mirror does not serve its index of $3 for $2"
        return 1
    }
}

_write_key() {
    # Debian Stable Release Key (13/trixie), fingerprint 41587F7DB8C774BCCF131416762F67A0B2C39DE4.
    base64 -d <<'KEY'
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
}
