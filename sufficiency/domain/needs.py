"""Who needs what: age bands, need profiles and need groups.

A need profile says which settings suit a child, whatever the child happens to live in today; a need group is an age
band with a profile, a home zone and whether the child is unaccompanied (UASC).
"""

from dataclasses import dataclass

from sufficiency.domain.settings import Setting

AGE_BANDS: tuple[str, ...] = ("under 1", "1 to 4", "5 to 9", "10 to 15", "16 and 17")
"""Age bands as DfE publishes them."""

AGE_BAND_STARTS: tuple[int, ...] = (0, 1, 5, 10, 16)
"""First year of age of each band in :data:`AGE_BANDS`."""

ADULT_AGE = 18
"""Care ends at the eighteenth birthday (Children Act 1989 s22)."""


def age_band_of_year(age: int) -> int:
    """Index into :data:`AGE_BANDS` of a whole age in years, 0 to 17 (older ages answer with the last band)."""
    return max(band for band, start in enumerate(AGE_BAND_STARTS) if age >= start)


@dataclass(frozen=True)
class Profile:
    """Which settings suit a child.

    Attributes
    ----------
    key
        Short stable name, used in tables.
    title
        What a person reads.
    preferred
        The setting that meets the need best.
    suitable
        Settings that meet it, though not best. Anything not named is unsuitable and never planned.
    need_level
        1 standard, 2 enhanced, 3 complex, 4 very complex: a home takes a child up to its own level.
    solo
        Whether the child has to be the only looked-after child in the home.
    planned
        False where law, court or family decides the home, not the engine.
    """

    key: str
    title: str
    preferred: Setting
    suitable: tuple[Setting, ...] = ()
    need_level: int = 1
    solo: bool = False
    planned: bool = True


PROFILES: tuple[Profile, ...] = (
    Profile("kinship", "lives with family or friends", Setting.KINSHIP, planned=False),
    Profile("foster", "needs a foster home", Setting.FOSTERING, (Setting.RESIDENTIAL,), need_level=1),
    Profile(
        "foster-complex",
        "needs a specialist foster home (foster care is the plan for a child now in a home)",
        Setting.FOSTERING,
        (Setting.RESIDENTIAL,),
        need_level=3,
    ),
    Profile("residential", "needs a children's home", Setting.RESIDENTIAL, need_level=3),
    Profile("residential-solo", "needs a children's home alone", Setting.RESIDENTIAL, need_level=4, solo=True),
    Profile(
        "supported",
        "needs supported accommodation (16 and over)",
        Setting.SUPPORTED,
        (Setting.FOSTERING, Setting.RESIDENTIAL),
        need_level=1,
    ),
    Profile("secure", "secure accommodation ordered by a court", Setting.SECURE, planned=False),
    Profile("parents", "placed with parents", Setting.PARENTS, planned=False),
    Profile("adoption", "placed for adoption", Setting.ADOPTION, planned=False),
    Profile("parent-and-child", "parent and child placement", Setting.PARENT_AND_CHILD, planned=False),
    Profile("other", "other arrangement", Setting.OTHER, planned=False),
)
"""Every need profile, in table order. Shares by observed setting are the assumptions ``needs.*``."""

PROFILE_INDEX: dict[str, int] = {profile.key: index for index, profile in enumerate(PROFILES)}
