"""The command line: one file per group of commands, each reading arguments and calling use cases."""
