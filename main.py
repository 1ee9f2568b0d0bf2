try:
    from hub.app import start

    start()
except Exception as e:
    try:
        from codeset.choice import ended
    except ImportError:
        raise e from None  # there is no code but what is frozen
    ended(e)
