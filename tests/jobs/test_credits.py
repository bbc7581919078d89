"""Credits and prices: arithmetic, and what is said about them."""

from datetime import UTC, datetime, timedelta

import pytest

from jobs.making import NOW, a_job
from mien.contract import CHANGEBG, HEADSHOT, OPERATIONS, PICSI, SAVEID
from mien.jobs.announcement import announcement_of
from mien.jobs.credits import DEFAULT_PRICES, Credits, Priced, Prices, Renewal, balance
from mien.jobs.identities import Choice, Gallery, Identity
from mien.media.formats import Kind

DAY = timedelta(days=1)
GIF = Priced(kind=Kind.ANIMATION)
STILL = Priced(kind=Kind.STILL)


def on(text):
    """A moment, UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def budget(total=10, used=0, since=NOW, **changes):
    """A budget that was set and last changed at ``since``."""
    return Credits(**{"total": total, "used": used, "since": since, "changed": since} | changes)


def test_spending_and_refunding_are_each_others_opposite():
    """
    The time of the change is told; what is free changes nothing.
    """
    spent = budget().spend(4, NOW + DAY)

    assert (6, 4, NOW + DAY) == (spent.left, spent.used, spent.changed)

    back = spent.refund(4, paid=NOW + DAY, now=NOW + 2 * DAY)

    assert (10, NOW + 2 * DAY) == (back.left, back.changed)
    assert spent == spent.spend(0, NOW + 2 * DAY) == spent.refund(0, paid=NOW, now=NOW + 2 * DAY)


@pytest.mark.parametrize(
    ("set_on", "now", "starts"),
    [
        ("2026-01-15 10:00", "2026-02-15 09:59", "2026-01-15 10:00"),
        ("2026-01-15 10:00", "2026-02-15 10:00", "2026-02-15 10:00"),
        ("2026-01-31", "2026-02-27", "2026-01-31"),
        ("2026-01-31", "2026-02-28", "2026-02-28"),
        ("2026-01-31", "2026-03-30", "2026-02-28"),
        ("2026-01-31", "2026-03-31", "2026-03-31"),  # the day does not drift
        ("2024-02-29", "2025-02-28", "2025-02-28"),
        ("2025-12-05", "2027-01-04", "2026-12-05"),
        ("2026-01-15", "2025-12-01", "2026-01-15"),  # a clock that was set back
    ],
)
def test_a_month_begins_at_the_day_it_was_set(set_on, now, starts):
    """
    At the last day of a month that has no such day.
    """
    before = on(set_on) - DAY
    monthly = budget(used=3, since=on(set_on), changed=before, renewal=Renewal.MONTHLY)

    assert (10, on(starts)) == (monthly.at(on(now)).left, monthly.at(on(now)).changed)


def test_what_was_spent_this_month_stays_spent():
    """
    And what was paid last month is not given back into this one.
    """
    set_on = on("2026-01-15")
    monthly = budget(since=set_on, renewal=Renewal.MONTHLY).spend(4, on("2026-01-20"))
    this = monthly.spend(1, on("2026-02-16"))

    assert 6 == monthly.at(on("2026-02-14")).left
    assert 9 == this.left
    assert 9 == this.refund(4, paid=on("2026-01-20"), now=on("2026-02-17")).left
    assert 10 == this.refund(1, paid=on("2026-02-16"), now=on("2026-02-17")).left


def test_a_budget_that_was_made_smaller_is_empty_not_negative():
    """
    Nothing is left; a refund counts all the same.
    """
    assert 0 == budget(total=2, used=5).left
    assert 1 == budget(total=2, used=5).refund(4, paid=NOW, now=NOW).left


@pytest.mark.parametrize("numbers", [{"total": -1}, {"used": -1}])
def test_credits_are_not_negative(numbers):
    """
    A negative budget is a mistake.
    """
    with pytest.raises(ValueError, match="not negative"):
        budget(**numbers)


@pytest.mark.parametrize(
    ("verb", "files", "price"),
    [
        ("faceswap-picsi", [STILL, STILL], 1),
        ("faceswap-picsi", [STILL, GIF], 20),
        ("faceswap-picsi", [STILL, Priced(kind=Kind.VIDEO, seconds=0.0)], 1),
        ("faceswap-picsi", [STILL, Priced(kind=Kind.VIDEO, seconds=3.0)], 3),
        ("faceswap-picsi", [STILL, Priced(kind=Kind.VIDEO, seconds=3.01)], 4),
        ("faceswap-swapid", [STILL], 1),
        ("faceswap-headshot", [], 4),
        ("faceswap-changebg", [STILL], 4),
        ("faceswap-faces", [GIF], 0),
        ("nothing", [], 0),
        *((f"faceswap-{name}", [STILL], 0) for name in ("saveid", "setid", "listid", "delid")),
    ],
)
def test_the_usual_prices(verb, files, price):
    """
    A picture 1, a GIF 20, a started second of video 1, a headshot or a background 4, and what only
    changes identities nothing.
    """
    assert price == Prices().of(verb, files)


def test_prices_can_be_changed_one_by_one():
    """
    What is not named stays; what is free stays free whatever its target.
    """
    prices = Prices.parse(" gif=10, picsi = 2 ,")

    assert [2, 10, 4] == [
        prices.of("faceswap-picsi", [STILL]),
        prices.of("faceswap-picsi", [GIF]),
        prices.of("faceswap-headshot", []),
    ]
    assert 0 == Prices.parse("picsi=0").of("faceswap-picsi", [GIF])


@pytest.mark.parametrize("text", ["x=1", "picsi", "picsi=", "picsi=-1", "picsi=1.5", "picsi=²"])
def test_a_price_that_is_none_is_refused(text):
    """
    The sentence names it.
    """
    with pytest.raises(ValueError, match="price of"):
        Prices.parse(text)


def test_every_price_is_that_of_a_command_or_a_moving_target():
    """
    No price is left over from a command that does not exist any more.
    """
    assert {"gif", "video"} == set(DEFAULT_PRICES) - set(OPERATIONS)


def test_the_balance_is_said_as_the_bot_says_it():
    """
    Without credits the total is nominal.
    """
    assert "(796/800 credits remaining)" == balance(4, None)
    assert "(6/10 credits remaining)" == balance(4, budget(used=4))


def gallery(*names, default=""):
    """A user's identities of those names."""
    people = tuple(
        Identity(id=name, user_id="1", name=name, photos=1, key=name, created=NOW) for name in names
    )
    return lambda: Gallery(identities=people, choice=Choice(people=default))


def spoken(verb, texts, gallery=gallery()):  # noqa: B008 - a function without state
    """What a job says from its beginning; it must say something."""
    say = announcement_of(verb, texts, gallery)
    assert say is not None
    return say


def test_a_headshot_is_announced_as_on_its_page():
    """
    Identity and prompt apart; the time is that of the job.
    """
    prompt = "me, a mad king with an evil smile. --no green --square"
    say = spoken(HEADSHOT.verb, {"prompt": prompt}, gallery("me", "you", default="you"))
    job = a_job(id="8a1f574fdbf79e8cd57e070476d9d5f3", price=4)

    assert (
        "<@1001> Picsi.Ai Headshot Job Submitted [jobid: 8a1f574fdbf79e8cd57e070476d9d5f3] "
        "[credits: 4] [prompt: 'a mad king with an evil smile. --no green --square'] "
        "[time: 2026-01-02 03:04:05] [SaveID: 'me'] (796/800 credits remaining)"
    ) == say(job, None)


def test_a_prompt_that_names_nobody_shows_the_default():
    """
    A comma alone names nobody; where nobody is saved, there is nothing to say about an identity.
    """
    prompt = {"prompt": "a castle, at night"}
    alone, known = spoken(HEADSHOT.verb, prompt), gallery("me", "you", default="you")

    assert "[prompt: 'a castle, at night'] [time: 2026-01-02 03:04:05] (800/800" in alone(
        a_job(), None
    )
    assert "[prompt: 'a castle, at night'] [time: 2026-01-02 03:04:05] [SaveID: 'you']" in spoken(
        HEADSHOT.verb, prompt, known
    )(a_job(), None)


def test_a_background_is_announced_and_a_swap_is_not():
    """
    Only commands that take long say something before their end.
    """
    say = spoken(CHANGEBG.verb, {"a_background_photo_of": "a library, at night"})

    assert "[prompt: 'a library, at night']" in say(a_job(), None)
    assert announcement_of(PICSI.verb, {}, gallery()) is None
    assert announcement_of(SAVEID.verb, {"idname": "me"}, gallery()) is None
    assert announcement_of("nothing", {}, gallery()) is None
