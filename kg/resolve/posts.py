"""The body that a post's title names: 武进区委书记 is a post in 武进区委, 常州市市长 one in 常州市政府."""

from __future__ import annotations

from kg.lexicon import longest_suffix, words
from kg.resolve.names import Name, lists
from kg.tag.bodies import classify


def body_of(post: Name) -> tuple[str, str] | None:
    """The body's name behind its place, and its class; None where the title names none.

    >>> from kg.gazetteer import Division
    >>> place = Division("320412", "武进区", "county", "320400")
    >>> body_of(Name("武进区委副书记", place, "委副书记"))
    ('委', 'PartyBody')
    >>> body_of(Name("武进区副区长", place, "副区长"))
    ('政府', 'GovernmentBody')
    """
    if post.place is None:
        return None
    head = longest_suffix(post.rest, words("post", "heads"))
    if not head:
        return None
    body = post.rest.removesuffix(head)
    while prefix := longest_suffix(body, words("post", "prefixes")):
        body = body.removesuffix(prefix)
    if not body:
        return ("政府", "GovernmentBody") if head[:-1] in lists()["levels"] and head.endswith("长") else None
    cls = classify(post.place.name[-1] + body)
    return (body, cls) if cls in ("GovernmentBody", "PartyBody", "Institution") else None
