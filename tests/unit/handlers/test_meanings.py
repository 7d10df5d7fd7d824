"""Every sort of code is explained in both languages; nothing in it is ever a link to touch."""

import pytest

from catalog.codes import CodeKind, classify
from handlers.catalogue import explain_code
from handlers.catalogue.explain_code import explain
from handlers.phrases import speech
from tests.conftest import OURS

VIETQR = "00020101021238540010A00000072701240006970436011012345678900208QRIBFTTA530370454065000005802VN6304"
BEGINS = [
    ("https://ocop.test/p/gone", "This is one of our codes"),
    ("https://ocop.test/b/ABCD2345", "The code of a booth at a fair (ABCD2345)."),
    ("https://ocop.test/fairs/hoi-cho-2027", "A page of ours about fairs."),
    ("8936012345674", "Barcode 8936012345674 is not in the catalogue. 893 tells"),
    ("4006381333931", "Barcode 4006381333931 ("),
    ("8936012345675", "The number 8936012345675 has a wrong check digit"),
    ("2012345678903", "2012345678903 is a shop's own number"),
    ("9783161484100", "9783161484100 is the number of a book"),
    ("(10)LOT7(17)261101", "A GS1 code without a product number"),
    ("https://check.bacninh.gov.vn/t/1", "A code of the province's official portal ("),
    ("GCN số 77/2024-OCOP", "Number 77/2024-OCOP: no product"),
    ("12/QĐ-UBND", "Number 12/QĐ-UBND: no product"),
    ("AB12CD34", "The code says: “AB12CD34”"),
    ("https://zalo.me/0912345678", "A link to a chat ("),
    ("https://t.me/somebody", "A link to a chat ("),
    ("https://shopee.vn/nem", "A link to a shop on Shopee"),
    ("https://www.facebook.com/nem", "A link to Facebook"),
    (VIETQR, "This is a PAYMENT code ("),
    ("BEGIN:VCARD\nVERSION:3.0\nFN:An\nTEL:0912345678\nEND:VCARD", "Contact details: "),
    ("tel:0912345678", "Contact details: "),
    ("mailto:an@example.vn", "Contact details: "),
    ("sms:0912345678:nem", "The code writes a text message to "),
    ("sms:8785:nem", "The code sends a text message to 8785, which costs money"),
    ("geo:21.05,106.01", "A place on the map ("),
    ("WIFI:S:Cho Dau;T:WPA;P:geheim4711;;", "The code joins a Wi-Fi network (Cho Dau)"),
    ("BEGIN:VEVENT\nSUMMARY:Hoi cho\nEND:VEVENT", "A calendar entry."),
    ("001099012345||Nguyen Van A|01011990|Nam|Bac Ninh|01012021", "This looks like a citizen identity card."),
    ("javascript:alert(1)", "The code tries to run something (javascript:)"),
    ("https://bit.ly/abc", "A shortened link ("),
    ("https://check.bacninh.gov.vn.example/q", "Beware: "),
    ("https://nha-toi.example/q", "A link to nha-toi[.]example, which we do not know"),
    ("https://www.google.com/url?q=https://evil.example/x", "A link on "),
]


@pytest.mark.parametrize(("text", "begins"), BEGINS)
def test_a_code_is_explained(text: str, begins: str) -> None:
    code = classify(text, ours=OURS)
    said = explain(code, speech("en"))
    assert said.startswith(begins), f"{code!r}: {said}"
    assert "geheim4711" not in said
    assert "001099012345" not in said
    assert explain(code, speech("vi")) != said


def test_every_kind_of_code_was_explained() -> None:
    kinds = {classify(text, ours=OURS).kind for text, _ in BEGINS}
    assert set(CodeKind) - kinds <= {CodeKind.JUST_TEXT}
    assert explain(classify("nem chua này ngon lắm", ours=OURS), speech("en")).startswith("The code says: “nem chua")


@pytest.mark.parametrize(
    ("host", "begins"),
    [
        ("truyxuatnguongoc.gov.vn", "A code of the national system (National traceability portal)."),
        ("txng.daknong.gov.vn", "A code of another province's portal (Đắk Nông province's traceability system)."),
        (
            "qr.icheck.vn",
            "A code of a private provider (iCheck (private provider)); what it shows comes from the maker.",
        ),
    ],
)
def test_another_portal_is_named_for_what_it_is(host: str, begins: str) -> None:
    said = explain(classify(f"https://{host}/abc123", ours=OURS), speech("en"))
    assert said.startswith(begins)
    assert said.endswith("When several people have asked, the programme officer sees it.")


def test_an_amount_and_a_broken_checksum_are_told() -> None:
    said = explain(classify(VIETQR + "0000", ours=OURS), speech("en"))
    assert "Amount: 500,000 VND." in said
    assert "Its checksum is wrong." in said


def test_a_doubtful_barcode_is_never_called_fake() -> None:
    assert explain_code.unsure(speech("en")).startswith("I am not sure that I read the barcode right.")
