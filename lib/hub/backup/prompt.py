"""What `plughub restore` has a board do at its prompt, where no hub runs."""

import asyncio
import json

from hub.backup.container import BackupFault
from hub.backup.restoring import leave_to_next_start, prepare
from hub.config.draft import Draft, Faulty
from hub.config.entries import Fault
from hub.system import store
from tuya.port import MICROPYTHON


def restore(path, key, schema):
    """Have the next start restore the backup in the file `path`; print what came of it as JSON.

    `key`: the 32 bytes that it is encrypted under, or None; `schema`: hub.components.schema().
    {"missing": texts} or {"faults": texts}; with the latter nothing changes. The file is removed.
    What the hub was interrupted in is finished before: see staging.recover().
    """
    if MICROPYTHON:
        asyncio.new_event_loop()  # or the hub's tasks would go on in this one

    async def check(read_new, read_rules, secrets):
        await Draft(schema, read_new, read_rules, (), {}, (), secrets).check()

    try:
        with open(path, "rb") as file:
            told = {"missing": asyncio.run(prepare(file, key, check))}
        leave_to_next_start()
    except Faulty as e:
        told = {"faults": e.faults}
    except (BackupFault, Fault) as e:
        told = {"faults": [str(e)]}
    except OSError as e:
        told = {"faults": ["the flash could not be written (error %s)" % e.errno]}
    finally:
        store.remove(path)
    print(json.dumps(told))
