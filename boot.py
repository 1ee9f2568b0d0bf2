# Runs first after every reset. Whatever goes wrong here, main.py must still run.
try:
    from hub.boot import boot

    boot()
    del boot  # its heap is wanted back
except Exception as e:
    import sys

    sys.print_exception(e)
