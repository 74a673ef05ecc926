"""The errors a user of the program meets; each message says what, where and what to do."""


class KgError(Exception):
    """Base of the program's own errors."""


class UsageError(KgError):
    """The call itself is wrong: exit code 2."""


class ConfigurationError(KgError):
    """A rule, a data file, the ontology or an option's content is wrong: exit code 4."""
