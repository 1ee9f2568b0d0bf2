# Builds MicroPython for a PC from its released source. To be sourced: see get.sh, whose $dest,
# $here and $work it uses.

# Build DEST/bin/$1. Tells whether that worked, and why not in $problem.
build() {
    command -v make >/dev/null || { problem="there is no make"; return 1; }
    find_source || return 1
    build_cross_compiler || return 1
    case $1 in
        micropython)
            work_size=64
            command -v gcc >/dev/null || { problem="there is no gcc"; return 1; }
            set -- "$1" "$here/asyncio_alone.py"
            ;;
        *)
            work_size=32
            find_32_bit_compiler || return 1
            manifest=$here/asyncio_alone.py
            [ "$1" = micropython-32 ] || manifest=$here/with_firmware.py
            set -- "$1" "$manifest" MPY_CROSS_FLAGS=-march=x86 $compiler
            ;;
    esac
    target=$1
    manifest=$2
    shift 2
    # All of one word size share their objects: after a change in lib/ only the frozen code is
    # compiled again, in two seconds. Those of another compiler do not link with these.
    folder=$dest/$work_size
    made_with="$source $given $(flags $work_size) $*"
    [ "$(cat "$folder/made-with" 2>/dev/null)" = "$made_with" ] || rm -rf "$folder"
    mkdir -p "$folder"
    echo "$made_with" >"$folder/made-with"
    # MicroPython's build does not see that another manifest is asked for.
    rm -f "$folder/frozen_content.c"
    echo "building $target from $source"
    make -C "$source/ports/unix" -j"$(getconf _NPROCESSORS_ONLN)" BUILD="$folder" \
        MICROPY_PY_FFI=0 MICROPY_PY_BTREE=0 MICROPY_SSL_AXTLS=0 MICROPY_SSL_MBEDTLS=1 \
        MICROPY_MPYCROSS="$cross" MICROPY_MPYCROSS_DEPENDENCY= MPY_LIB_DIR="$dest/no-lib" \
        USER_C_MODULES="$here/modules" FROZEN_MANIFEST="$manifest" \
        CFLAGS_EXTRA="$(flags $work_size)" "$@" >"$folder/log" 2>&1 || {
        problem="the build failed; the end of $folder/log says why"
        return 1
    }
    cp "$folder/micropython" "$dest/bin/$target.new"
    mv "$dest/bin/$target.new" "$dest/bin/$target"
}

flags() {
    # The heap grows by areas, as the board's does: see modules/board_heap. A PC is no port that
    # gc.c was written for with them: it lacks an include, and -Wpointer-arith is on.
    split='-DMICROPY_GC_SPLIT_HEAP=1 -DMICROPY_GC_SPLIT_HEAP_AUTO=1'
    split="$split -include stdlib.h -Wno-pointer-arith"
    if [ "$1" = 32 ]; then
        # x86 without SSE has no half floats of its own.
        echo "$split -DMICROPY_FLOAT_USE_NATIVE_FLT16=0 $more_flags"
    else
        echo "$split"
    fi
}

# Set $source to the source's folder: the user's, or Debian's package unpacked below DEST.
find_source() {
    # Its manifests may name the library of modules, which is no part of the source package.
    mkdir -p "$dest/no-lib"
    : >"$dest/no-lib/README.md"
    given=${MICROPYTHON_SOURCE:-}
    if [ -d "$given" ]; then
        source=$(cd "$given" && pwd)
    else
        source=$dest/source
        if [ ! -e "$source/complete" ] || [ "$(cat "$source/complete")" != "$given" ]; then
            rm -rf "$source"
            mkdir -p "$source"
            if [ -n "$given" ]; then
                tar -xf "$given" -C "$source" --strip-components=1 || {
                    problem="MICROPYTHON_SOURCE=$given is neither a folder nor a tarball"
                    return 1
                }
            else
                unpack_debian_source || return 1
            fi
            echo "$given" >"$source/complete"
        fi
    fi
    for part in ports/unix py lib/mbedtls/library; do
        [ -d "$source/$part" ] || { problem="$source has no $part: no released source"; return 1; }
    done
}

unpack_debian_source() {
    use_debian "$work/source" "$(dpkg --print-architecture 2>/dev/null || echo amd64)" deb-src ||
        return 1
    (cd "$work/source" && apt-get -qq source --download-only micropython mbedtls 2>>log) || {
        problem="the Debian mirror does not serve the source package"
        return 1
    }
    # The originals, without Debian's patches: those are for libraries of the system.
    tar -xf "$work"/source/micropython_*.orig.tar.* -C "$source" --strip-components=1 &&
        tar -xf "$work"/source/mbedtls_*.orig.tar.* -C "$source/lib/mbedtls" \
            --strip-components=1 || { problem="the source does not unpack"; return 1; }
}

# Set $cross to a compiler of .mpy files that is of the source's own version.
build_cross_compiler() {
    cross=$dest/mpy-cross/mpy-cross
    if [ -x "$cross" ] && [ ! "$source/py/mpconfig.h" -nt "$cross" ]; then return 0; fi
    command -v gcc >/dev/null || { problem="there is no gcc"; return 1; }
    mkdir -p "$dest/mpy-cross"
    make -C "$source/mpy-cross" -j"$(getconf _NPROCESSORS_ONLN)" BUILD="$dest/mpy-cross" \
        >"$dest/mpy-cross/log" 2>&1 || {
        problem="mpy-cross could not be built; the end of $dest/mpy-cross/log says why"
        return 1
    }
}

# Set $compiler to make's variables for one that makes 32-bit programs which run here, and
# $more_flags to what it wants besides: gcc with its multilib, else Zig's, which pip brings.
find_32_bit_compiler() {
    more_flags=
    [ "$(uname -m)" = x86_64 ] || { problem="only an x86-64 PC runs it"; return 1; }
    echo 'int main(void) { return 0; }' >"$work/try.c"
    if gcc -m32 -o "$work/try" "$work/try.c" 2>/dev/null && "$work/try"; then
        compiler=MICROPY_FORCE_32BIT=1
        return 0
    fi
    python=$here/../../build/venv/bin/python
    if ! "$python" -m ziglang version >/dev/null 2>&1; then
        echo "there is no gcc with multilib: installing a compiler that makes 32-bit programs"
        "$python" -m pip --disable-pip-version-check --quiet install --group zig || {
            problem="install gcc-multilib, or let pip install ziglang"
            return 1
        }
    fi
    # make takes no spaces in CC, and Zig's preprocessor takes one file at a time.
    mkdir -p "$dest/zig"
    cat >"$dest/zig/cc" <<CC
#!/bin/sh
"$python" -m ziglang cc -target x86-linux-musl "\$@" || exit
for word; do
    case \$word in
        # Frozen native code is data with a section that only GNU's assembler makes executable.
        */frozen_content.o) objcopy --rename-section \
            '.text,"ax",@progbits # =.text.frozen,alloc,load,readonly,code,contents' "\$word" ;;
    esac
done
CC
    cat >"$dest/zig/cpp" <<'CPP'
#!/bin/sh
# Each C file by itself; standard input as the language it is.
cc=$(dirname -- "$0")/cc
flags=
files=
for word; do
    case $word in
        -) files="$files -" ;;
        *.c) files="$files $word" ;;
        *) flags="$flags $word" ;;
    esac
done
for file in $files; do
    if [ "$file" = - ]; then "$cc" -E $flags -x c - || exit; else "$cc" -E $flags "$file" || exit; fi
done
CPP
    chmod +x "$dest/zig/cc" "$dest/zig/cpp"
    compiler="CC=$dest/zig/cc CPP=$dest/zig/cpp LDFLAGS_ARCH= STRIP=true SIZE=true CWARN=-Wall"
    more_flags='-DMICROPY_NLR_SETJMP=1 -DMICROPY_GCREGS_SETJMP=1 -Wno-error -fno-sanitize=undefined -fomit-frame-pointer'
}
