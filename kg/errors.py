"""The errors a user of the program meets; each message says what, where and what to do."""


class KgError(Exception):
    """Base of the program's own errors."""


class UsageError(KgError):
    """The call itself is wrong: exit code 2."""


class ConfigurationError(KgError):
    """A rule, a data file, the ontology or an option's content is wrong: exit code 4."""


class QueryError(UsageError):
    """A query that cannot be run; line and column count from 1, 0 where the query as a whole is meant."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(f"line {line}, column {column}: {message}" if line else message)
        self.line, self.column = line, column


class StoreLockedError(KgError):
    """Another process is writing the store: exit code 5."""


class StoreError(KgError):
    """A store or an endpoint does not answer as it should."""


class LimitError(KgError):
    """A query asked for more than a query gets; what: time, memory, size, busy."""

    def __init__(self, what: str, message: str) -> None:
        super().__init__(message)
        self.what = what


class NotAcceptableError(UsageError):
    """None of the formats that a client takes is one that the answer has."""
