# Runs first after every reset. Whatever goes wrong here, main.py must still run.
try:
    try:
        from codeset.choice import choose

        choose()
        del choose
    except ImportError:
        pass  # there is no code but what is frozen
    from hub.boot import boot

    boot()
    del boot  # its heap is wanted back
except Exception as e:
    import sys

    sys.print_exception(e)
