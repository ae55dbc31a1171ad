"""Who sends records and who holds Items: members, their libraries, groups of libraries."""

from hub.members.members import (
    Group,
    Library,
    Member,
    MemberError,
    members,
    put_group,
    put_library,
    put_member,
    read_profile,
    show_member,
)

__all__ = [
    "Group",
    "Library",
    "Member",
    "MemberError",
    "members",
    "put_group",
    "put_library",
    "put_member",
    "read_profile",
    "show_member",
]
