"""The vocabulary of failure: what can go wrong, in words for a person.

    MienError
    ├── InputError              the caller can fix it: another picture, another value
    │   ├── BadRequest          a field of a request is missing, malformed or too long
    │   ├── BadOption           an option that does not exist, or not yet
    │   ├── Unreadable          the bytes are no picture we can read
    │   │   └── Damaged         the header was fine, the data behind it is not
    │   ├── Unsupported         readable, but of a kind that is not served (yet)
    │   ├── TooLarge            over a limit; says which, the value and the limit
    │   ├── NoFaceFound         no face in the named picture
    │   │   └── TurnedAway      none that looks into the camera at all
    │   └── NoPersonFound       nobody to cut out of the named picture
    ├── AccessError             who asks may not
    │   ├── Unauthorized        no token, or an unknown one
    │   ├── Expired             the user's subscription ended
    │   └── OutOfCredits        no channel has as many credits as the command costs
    ├── NotFound                no such job, channel, token or file (for this user)
    ├── Conflict                it does not fit to what is there already
    ├── Busy                    the queue is full; try again later
    ├── SetupError              the operator can fix it: settings, models, disk
    │   ├── ModelBroken         a model file is missing or not the one of the manifest
    │   ├── NoGenerator         the generator of pictures that the settings choose is not configured
    │   ├── NoTemplate          no template of the operator's gallery fits a prompt
    │   └── StorageFull         the disk (or the database on it) has no room left
    ├── NetworkError            another machine could not be called
    │   ├── AddressRefused      it lies where mien does not call
    │   ├── Unreachable         no answer came
    │   ├── RemoteError         a service refused what its client asked for
    │   └── RateLimited         a service wants to be asked again later
    └── JobError                a job could not be carried to its end
        ├── WorkerLost          its worker process died
        ├── TimedOut            it ran longer than it may
        └── LeaseLost           another worker owns it now, or it was cancelled

Every class has a stable ``code`` for programs and every instance a sentence for people
(``str(error)``). ``field`` names the request field or picture at fault ("source", "target",
…) where there is one; ``details`` holds what a program may want to read (name, value, limit).
Which HTTP status or exit code follows is a table of the entry points, not known here.
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

#: Characters of a word that may be a slip.
LONGEST_SLIP = 100
#: Share of letters that a slip leaves alone (difflib's ratio); below it guesses are a nuisance.
NEAR = 0.7


class MienError(Exception):
    """Base of everything mien raises on purpose. ``str(error)`` is one sentence for a person."""

    code = "error"

    def __init__(
        self, message: str, *, field: str | None = None, details: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(message)
        self.field = field
        self.details: dict[str, object] = dict(details or {})

    def __reduce__(self) -> tuple[object, ...]:
        # Constructors differ between classes, so that pickle's way (call it with the message)
        # would fail or double the sentence between processes.
        return _rebuilt, (type(self), self.args, self.__dict__)


def _rebuilt(
    kind: type[MienError], args: tuple[object, ...], state: Mapping[str, object]
) -> MienError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`` Did you mean anna?`` for a word that is nearly one of ``known``; "" for any other."""
    # Nobody's slip of the keyboard is longer, and looking takes time.
    names = [] if len(word) > LONGEST_SLIP else list(known)
    same = [name for name in names if name.casefold() == word.casefold()]
    near = same or get_close_matches(word, names, n=1, cutoff=NEAR)
    return f" Did you mean {near[0]}?" if near else ""


class InputError(MienError):
    """What was sent cannot be used as it is; sending something else can help."""

    code = "input_error"


class BadRequest(InputError):
    """A field of the request is missing, malformed or too long."""

    code = "bad_request"


class BadOption(InputError):
    """An option that mien does not know, or does not serve yet."""

    code = "bad_option"


class Unreadable(InputError):
    """The bytes are no picture that mien can read."""

    code = "unreadable"


class Damaged(Unreadable):
    """The header announced a picture, but the data behind it is broken or cut off."""

    code = "damaged"


class Unsupported(InputError):
    """A readable file of a kind that is not served (yet)."""

    code = "unsupported"


class TooLarge(InputError):
    """Over a limit. ``details`` holds ``name``, ``value`` and ``limit``."""

    code = "too_large"

    def __init__(
        self, message: str, *, name: str, value: float, limit: float, field: str | None = None
    ) -> None:
        super().__init__(
            message, field=field, details={"name": name, "value": value, "limit": limit}
        )


class NoFaceFound(InputError):
    """No face passed the detector in the picture that ``field`` names."""

    code = "no_face_found"

    def __init__(self, where: str, *, hint: str = "") -> None:
        tail = f" {hint}" if hint else ""
        what = where if where.startswith("photo") else f"{where} picture"
        super().__init__(f"No face found in the {what}.{tail}", field=where)


class TurnedAway(NoFaceFound):
    """All faces that were meant are in profile, where a swap would be a broken picture."""

    code = "turned_away"

    def __init__(self, where: str, *, degrees: float, limit: float) -> None:
        super().__init__(where)
        what = where if where.startswith("photo") else f"{where} picture"
        turned = f"The face in the {what} is turned by about {degrees:.0f} degrees"
        self.args = (f"{turned}; from {limit:.0f} on it cannot be swapped.",)
        self.details = {"name": "yaw", "value": round(degrees), "limit": limit}


class NoPersonFound(InputError):
    """Nobody can be told from the background of the picture that ``field`` names."""

    code = "no_person_found"

    def __init__(self, where: str) -> None:
        super().__init__(f"No person found in the {where}.", field=where)


class AccessError(MienError):
    """Who asks may not do this."""

    code = "access_error"


class Unauthorized(AccessError):
    """No token was sent, or one that is unknown, expired or revoked."""

    code = "unauthorized"

    def __init__(self) -> None:
        super().__init__("Unauthorized")


class Expired(AccessError):
    """The user's subscription ended or is suspended."""

    code = "expired"

    def __init__(self) -> None:
        super().__init__("Account has no subscription or subscription expired")


class OutOfCredits(AccessError):
    """No channel that may take the job has as many credits as it costs."""

    code = "out_of_credits"

    def __init__(self, price: int, left: int) -> None:
        facts = {"name": "credits", "value": price, "limit": left}
        super().__init__("No configured channel has available credits", details=facts)


class NotFound(MienError):
    """No such thing for this user."""

    code = "not_found"


class Conflict(MienError):
    """What is asked for does not fit to what is there already."""

    code = "conflict"


class Busy(MienError):
    """The queue is full; the same request can succeed later.

    ``policy`` names what is limited, ``quota`` is how much of it there may be, in ``unit``.
    """

    code = "busy"

    def __init__(
        self,
        message: str,
        *,
        retry_after_s: float,
        policy: str = "lane",
        quota: int = 1,
        unit: str = "concurrent-requests",
    ) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
        self.policy = policy
        self.quota = quota
        self.unit = unit


class SetupError(MienError):
    """The installation is at fault; its operator can mend it."""

    code = "setup_error"


class ModelBroken(SetupError):
    """A model file is missing, or is not the file that the manifest names."""

    code = "model_broken"


class NoGenerator(SetupError):
    """The generator of pictures that the settings choose is not configured."""

    code = "no_generator"

    def __init__(self, generator: str, *, missing: str) -> None:
        super().__init__(f"The settings choose the generator '{generator}', which needs {missing}.")


class NoTemplate(SetupError):
    """No template of the operator's gallery fits the prompt."""

    code = "no_template"

    def __init__(self) -> None:
        super().__init__("None of the operator's templates fits the prompt.")


class StorageFull(SetupError):
    """There is no room left where mien keeps its data."""

    code = "storage_full"


class NetworkError(MienError):
    """Another machine could not be called."""

    code = "network_error"


class AddressRefused(NetworkError):
    """The address lies in a private or special range, where mien does not call."""

    code = "address_refused"


class Unreachable(NetworkError):
    """No answer came: no such host, no connection, not HTTP, or too slow."""

    code = "unreachable"


class RemoteError(NetworkError):
    """A service refused a call. ``details`` holds its HTTP ``status``."""

    code = "remote_error"

    def __init__(self, message: str, *, status: int) -> None:
        super().__init__(message, details={"status": status})


class RateLimited(NetworkError):
    """A service that does our work wants to be asked again later. ``details`` holds its ``answer``."""

    code = "rate_limited"

    def __init__(self, message: str, *, answer: str) -> None:
        super().__init__(message, details={"answer": answer})


class JobError(MienError):
    """A job could not be carried to its end."""

    code = "job_error"


class WorkerLost(JobError):
    """The worker process that ran the job died."""

    code = "worker_lost"


class TimedOut(JobError):
    """The job ran longer than it may."""

    code = "timed_out"


class LeaseLost(JobError):
    """The job belongs to another worker now, or was cancelled: stop, and write nothing."""

    code = "lease_lost"
