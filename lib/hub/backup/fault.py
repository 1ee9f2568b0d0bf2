"""Why a backup is not restored, or not made. Apart, as it outlives what reads one."""


class BackupFault(ValueError):
    """One sentence for people."""
