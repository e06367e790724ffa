from sufficiency.geography import postcode_findings
from sufficiency.geography.rules import FINDINGS


def test_postcodes_are_reported_by_shape_and_never_by_value(directory):
    """Each fault is counted once a shape, and no postcode can be read from a finding."""
    texts = ["ZZ1 1ZZ", "ZZ2 2ZZ", "SN25 9ZZ", "SN1 2ZZ", "SN1 2JG", "", None, float("nan")]
    findings = list(postcode_findings(directory.locate(texts), texts, "episodes.csv", "PL_POST"))
    counted = {(item.code, item.found): item.count for item in findings}
    assert counted == {
        ("geography.postcode.unknown", "AA9 9AA"): 2,
        ("geography.postcode.district", "AA99 9AA"): 1,
        ("geography.postcode.sector", "AA9 9AA"): 1,
        ("geography.authority.unknown", "AA99 9AA"): 1,
    }
    assert all(item.code in FINDINGS and item.repair and item.action for item in findings)
    assert not any(text in item.text for item in findings for text in texts if isinstance(text, str) and text)
