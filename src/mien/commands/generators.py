"""Which generator makes the portraits, and what happens when it cannot."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from mien.commands.sitting import Generator, Made, Order, Sitting
from mien.errors import NetworkError, SetupError


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Generators in the order in which they are asked; the next one helps out when one is down.

    Raises:
        ValueError: when there is none.
    """

    generators: Sequence[Generator]

    def __post_init__(self) -> None:
        if not self.generators:
            raise ValueError("a choice needs a generator at least")

    def __call__(
        self, sitting: Sitting, order: Order, *, check: Callable[[], None]
    ) -> tuple[str, Made]:
        """The portraits, and the name of who made them.

        Raises:
            InputError: the order cannot be carried out.
            NetworkError, SetupError: the last generator does not work either.
        """
        notes: list[str] = []
        *others, last = self.generators
        for generator, following in zip(others, self.generators[1:], strict=True):
            try:
                made = generator.portraits(sitting, order, check=check)
            except (NetworkError, SetupError) as error:
                notes.append(f"{error} The {following.name} made the portraits instead.")
            else:
                return generator.name, replace(made, warnings=(*notes, *made.warnings))
        made = last.portraits(sitting, order, check=check)
        return last.name, replace(made, warnings=(*notes, *made.warnings))
