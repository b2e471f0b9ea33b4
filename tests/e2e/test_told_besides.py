"""At the desk: whatever is given while the first email waits stands in it."""

from tests.e2e.conftest import Desk
from tests.shop import MAX

WHY = "The shade was broken as well, and Max agreed that she gets a part of it back for that."


def test_a_refund_after_a_replacement_is_in_the_email_that_is_to_come(quick: Desk) -> None:
    quick.shop.open_case(order="LU-7")
    first = ("--kind", "replacement", "--item", "Floor lamp", "--because", WHY)
    quick.followup.run("gesture", "request", "C-0001", *first, "--as", MAX)
    second = ("--kind", "refund", "--amount", "20.00", "--again", "--because", WHY)
    answer = quick.followup.run("gesture", "request", "C-0001", *second, "--as", MAX)
    assert "Tell them yourself" not in answer.out + answer.err
    text = quick.followup.json("template", "preview", "C-0001", "--step", "1")["text"]
    assert "Floor lamp" in text
    assert text.count("£20.00") == 1
    # Taken back, it is told no more, and the lamp still is.
    quick.followup.run("gesture", "void", "G-0002", "--because", "The lamp is enough.", "--as", MAX)
    text = quick.followup.json("template", "preview", "C-0001", "--step", "1")["text"]
    assert "Floor lamp" in text
    assert "£20.00" not in text
