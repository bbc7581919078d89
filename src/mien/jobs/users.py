"""The operator's desk for users: their subscriptions."""

from dataclasses import dataclass, replace
from datetime import datetime

from mien.errors import NotFound, did_you_mean
from mien.jobs.accounts import User
from mien.jobs.ports import UserDesk


@dataclass(frozen=True, kw_only=True)
class Users:
    """List users, and say until when they may use the service.

    A user whose subscription is over is answered 402. What was accepted before goes on to its end.
    """

    desk: UserDesk

    def list(self) -> list[User]:
        """All users, oldest first."""
        return self.desk.users()

    def suspend(self, name: str) -> User:
        """Close the service to the user, whatever the end of the subscription.

        Raises:
            NotFound: there is no such user.
        """
        return self._put(replace(self._named(name), suspended=True))

    def resume(self, name: str) -> User:
        """Open it again.

        Raises:
            NotFound: there is no such user.
        """
        return self._put(replace(self._named(name), suspended=False))

    def subscribe(self, name: str, until: datetime | None) -> User:
        """Let the subscription end then, or never.

        Raises:
            NotFound: there is no such user.
        """
        return self._put(replace(self._named(name), subscription_end=until))

    def _named(self, name: str) -> User:
        users = {user.name: user for user in self.desk.users()}
        if name not in users:
            raise NotFound(f"There is no user {name}.{did_you_mean(name, users)}")
        return users[name]

    def _put(self, user: User) -> User:
        self.desk.set_subscription(user)
        return user
