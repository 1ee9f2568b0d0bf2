"""What a release consists of, beside the code: for who makes one."""
