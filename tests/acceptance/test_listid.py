"""listid against a running server: what is saved, in the words of the bot."""

from acceptance.live import Pictures, Server
from acceptance.people import somebody


def test_names_default_and_preferences_are_listed(server: Server, pictures: Pictures) -> None:
    """First nothing, then what was saved and set."""
    anna = somebody(server, "listid")
    empty = anna.done("listid")
    anna.save("grace", pictures.source)
    anna.save("eileen", pictures.target)
    anna.done("setid", idname="eileen+grace --greedy")
    full = anna.done("listid", replyRef="mine")

    assert ("faceswap-listid", "mine") == (full["verb"], full["replyRef"])
    assert "[ids: none] [default ids: none] [prefer options: none]" in empty["content"]
    assert (
        "[ids: grace, eileen] [default ids: eileen+grace] [prefer options: --greedy]"
        in full["content"]
    )
    assert full["content"].startswith("<@")
    assert "attachments" not in full
