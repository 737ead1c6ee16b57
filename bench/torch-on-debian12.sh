#!/usr/bin/env bash
# Lets the built benchmark program load libtorch on a system whose libstdc++ is older than that of GCC 13, such as Debian 12.
#
#   dotnet build -c Release bench/Unroll.Benchmarks
#   bench/torch-on-debian12.sh
#
# libLibTorchSharp.so (TorchSharp 0.107) asks for the symbol version GLIBCXX_3.4.32 for one symbol,
# std::ios_base_library_init(), by which GCC 13 ties a program to a library that initialises the standard streams itself.
# Nothing calls it and no relocation refers to it, and an older libstdc++ has each file initialise its streams: only the
# loader's check of versions fails. This marks that requirement as weak (VER_FLG_WEAK) in the build output; the package stays as it is.
set -euo pipefail
output="$(cd "$(dirname "$0")" && pwd)/Unroll.Benchmarks/bin"
mapfile -t libraries < <(find "$output" -name libLibTorchSharp.so 2>/dev/null)
if [ "${#libraries[@]}" = 0 ]; then
  echo "No libLibTorchSharp.so under $output: run 'dotnet build -c Release bench/Unroll.Benchmarks' first." >&2
  exit 1
fi

python3 - GLIBCXX_3.4.32 "${libraries[@]}" <<'PYTHON'
import os, struct, sys

SECTION_TYPE_VERSION_NEEDS = 0x6FFFFFFE
VERSION_FLAG_WEAK = 0x2


def weaken(image, version):
    """Sets the weak flag wherever the image needs `version`; returns how often it does."""
    if image[:6] != b"\x7fELF\x02\x01":
        sys.exit(f"{path} is not a 64-bit little-endian ELF file.")
    table, = struct.unpack_from("<Q", image, 0x28)
    size, count = struct.unpack_from("<HH", image, 0x3A)
    sections = [struct.unpack_from("<IIQQQQII", image, table + size * index) for index in range(count)]
    needed = 0
    for _, kind, _, _, offset, _, link, files in sections:
        if kind != SECTION_TYPE_VERSION_NEEDS:
            continue
        names = sections[link][4]
        for _ in range(files):
            _, versions, _, first, next_file = struct.unpack_from("<HHIII", image, offset)
            entry = offset + first
            for _ in range(versions):
                _, flags, _, name, next_version = struct.unpack_from("<IHHII", image, entry)
                if image.startswith(version + b"\0", names + name):
                    struct.pack_into("<H", image, entry + 4, flags | VERSION_FLAG_WEAK)
                    needed += 1
                entry += next_version
            offset += next_file
    return needed


for path in sys.argv[2:]:
    with open(path, "rb") as file:
        image = bytearray(file.read())
    needed = weaken(image, sys.argv[1].encode())
    # A new file in place of the old one, which may be in use; its time is kept, so that the next build does not copy the package's again.
    status = os.stat(path)
    with open(path + ".new", "wb") as file:
        file.write(image)
    os.chmod(path + ".new", status.st_mode)
    os.utime(path + ".new", ns=(status.st_atime_ns, status.st_mtime_ns))
    os.replace(path + ".new", path)
    print(f"{path}: {sys.argv[1]} needed {needed} time(s), now weakly.")
PYTHON
