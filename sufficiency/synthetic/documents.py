"""The words around the data: what is invented, what is published, and one scenario to try."""

from pathlib import Path

from sufficiency.domain.settings import CostLine
from sufficiency.synthetic import targets

README = """\
SYNTHETIC COUNCIL: every child, family, carer and home in this folder is invented
=================================================================================

Nothing here is about a real child. The postcodes exist; nobody invented here lives at them. Numbers of children begin
with SYN, pupil numbers with a letter and 999, provider numbers with 99, names of providers with "Synthetic". None of
them belongs to anybody.

Made by `sufficiency demo` with seed {seed}: the same seed makes the same files, byte for byte.

What it adds up to, exactly, at 31 March 2025 (published for Swindon, E06000030)
--------------------------------------------------------------------------------
In care {stock}: under 1 {ages[0]}, 1 to 4 {ages[1]}, 5 to 9 {ages[2]}, 10 to 15 {ages[3]}, 16 and over {ages[4]};
{male} male; {uasc} unaccompanied.
Foster homes 197, secure and children's homes 45 (one of them secure: assumed), supported accommodation 50, with
parents 6. The other 9 (assumed): placed for adoption 3, residential school 2, mother and baby unit 1, hospital 1,
custody 1, unregistered 1.
Own provision 93, private 188, voluntary 14. The other 12 (assumed): parents 6, other public 6.
Inside the boundary 169. Within 20 miles 165, over 20 miles 114, not known 28 (unaccompanied: no home postcode).
In-house mainstream foster places 90 approved, 50 filled; 14 more are vacant and 26 cannot be used (assumed).
Private children's home places in the borough 27, no council-run home.
In care on 31 March 2021 to 2025: 304, 331, 337, 320, 307. Starts and leavers follow the published ones within 3%;
they cannot both be exact, because the published flows do not close on the published stocks.

Sources: DfE, Children looked after in England including adoptions, reporting year 2025; Ofsted, 31 March 2025; LAIT.
What lies behind the totals (who lives where by age, how long, why they leave, earlier years) is assumed.

What it costs
-------------
Placement only, 2024-25, at the prices of data/prices.csv carried to that year:

{spend}
  {total:>12,}  all placements
  {outturn:>12,}  published outturn on children looked after, full section 251 cost
  {rest:>12,}  not explained by placements: social work, support to carers, special guardianship, short breaks,
                education, leaving care and asylum are in the outturn and not in the prices (another basis; not forced)

Contains National Statistics data (c) Crown copyright and database right. Contains OS data (c) Crown copyright and
database right. Contains Royal Mail data (c) Royal Mail copyright and database right. Source: Office for National
Statistics and Department for Education, licensed under the Open Government Licence v.3.0.
"""

SCENARIO = """\
# Part of a synthetic council: invented, to try a change with.
name: more-foster-carers
title: More foster carers close to home
description: >-
  What a council that has recruited more carers near home could plan for: six more households approved a year, its own
  carers asked first even where an agency would be no dearer, and more weight on every mile from home.
changes:
  - lever: carers.recruited
    value: 6
    interval: [3, 9]
    from: 4
    ramp_months: 12
    reason: recruitment and a warm welcome near home; how many will come is not known, so this is a what-if
    source: assumption of this scenario; England approved 21% of applications in the year (Ofsted, Fostering 2023-24)
  - assumption: policy.in_house_preference_pounds_weekly
    value: 150
    reason: places of the council's own carers are used before agency places
    source: local choice; the law gives no such preference (Children Act 1989 s22C)
  - assumption: policy.distance_pounds_per_mile
    value: 20
    reason: the council puts more weight on children living near home
    source: local choice; no evidence for any one weight
"""


def write_documents(folder: Path, seed: int, spend: dict[CostLine, int]) -> None:
    """Write README.txt and scenarios/more-foster-carers.yaml."""
    total = sum(spend.values())
    text = README.format(
        seed=seed,
        stock=targets.STOCK[targets.LAST_RETURN],
        ages=targets.AGE_BAND_STOCK,
        male=targets.MALE_STOCK,
        uasc=targets.UASC_STOCK[targets.LAST_RETURN],
        spend="\n".join(f"  {pounds:>12,}  {line.value}" for line, pounds in spend.items() if pounds),
        total=total,
        outturn=targets.SPEND_2024_25_POUNDS,
        rest=targets.SPEND_2024_25_POUNDS - total,
    )
    (folder / "README.txt").write_text(text, encoding="utf-8", newline="\n")
    scenarios = folder / "scenarios"
    scenarios.mkdir(exist_ok=True)
    (scenarios / "more-foster-carers.yaml").write_text(SCENARIO, encoding="utf-8", newline="\n")
