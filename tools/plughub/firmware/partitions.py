"""Reads a partition table as the ESP-IDF has them: CSV."""

import csv
from dataclasses import dataclass


@dataclass(frozen=True)
class Partition:
    """`offset` and `size` in bytes of flash."""

    name: str
    kind: str
    offset: int
    size: int


def read_partitions(path):
    """Return [Partition] in the order of the file, which has to give every offset and size."""
    lines = (line for line in path.read_text().splitlines() if line.split("#")[0].strip())
    return [
        Partition(row[0], row[1], int(row[3], 0), int(row[4], 0))
        for row in csv.reader(lines, skipinitialspace=True)
    ]
