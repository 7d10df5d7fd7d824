"""Korean and Chinese questions become Vietnamese ones; what is unknown, and every other script, stays as it is."""

import csv

import pytest

from catalog.translated_words import SHIPPED, detect_language, read_words, to_vietnamese


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("술", "rượu"),
        ("유효한 4성 술", "còn hạn 4 sao rượu"),
        ("쌀국수 있어요?", "mỳ gạo ?"),
        ("박닌의 도자기", "ở Bắc Ninh gốm"),
        ("내 근처 꿀", "gần tôi mật ong"),
        ("10만동 이하 차", "dưới 100 nghìn trà"),
        ("동호 민화 추천해 주세요", "tranh Đông Hồ"),
        ("인삼차", "sâm trà"),
        ("전화번호", "số điện thoại"),
        ("酒", "rượu"),
        ("有效的四星酒", "còn hạn 4 sao rượu"),
        ("有没有米粉", "mỳ gạo"),
        ("我附近的蜂蜜", "gần tôi mật ong"),
        ("20万以下的茶", "dưới 200 nghìn trà"),
        ("这个还有效吗", "cái này còn hạn không"),
        ("컴퓨터", "컴퓨터"),
        ("电脑", "电脑"),
        ("nem bùi còn hạn không", "nem bùi còn hạn không"),
        ("how much is wild honey", "how much is mật ong rừng"),
        ("Rice wine?", "rượu?"),
        ("honeymoon", "honeymoon"),
        ("nearest market selling honey", "mật ong gần tôi"),
        ("nearest fair", "nearest fair"),
        ("where is the nearest market?", "where is the nearest market?"),
        ("", ""),
    ],
)
def test_a_question_is_put_into_vietnamese(asked: str, meant: str) -> None:
    assert to_vietnamese(asked) == meant


def test_the_script_tells_the_language() -> None:
    asked = ("쌀국수", "米粉", "お茶", "my gao", "mỳ gạo", "OCOP 술", "")
    assert [detect_language(each) for each in asked] == ["ko", "zh", "", "", "", "ko", ""]


def test_no_word_means_two_things() -> None:
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for language, known in read_words().items():
        words = [word for row in rows for word in row[language].split(";") if word]
        assert len(words) == len(set(words)) == len(known), language
    assert all(row["ko"] and row["zh"] for row in rows)


@pytest.mark.parametrize("noun", ["떡볶이", "차량", "꿀벌", "술잔", "쌀통", "茶壶", "茶杯", "三星手机", "河内米粉"])
def test_a_noun_with_one_of_our_words_in_it_stays_another(noun: str) -> None:
    assert any(detect_language(sign) for sign in to_vietnamese(noun))
