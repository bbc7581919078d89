"""Who is asking: the bearer token of a request, before anything else of it is read."""

from dataclasses import dataclass

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from mien.errors import Unauthorized
from mien.jobs.access import Authenticate, Caller
from mien.jobs.accounts import User


@dataclass(frozen=True, kw_only=True)
class Callers:
    """Knows callers by their tokens."""

    authenticate: Authenticate

    async def user(self, request: Request) -> User:
        """The user whose token ``request`` carries.

        Raises:
            Unauthorized: there is none, or it opens nothing.
            Expired: the user's subscription ended or is suspended.
        """
        return await run_in_threadpool(self.authenticate, bearer(request))

    async def caller(self, request: Request) -> Caller:
        """As `user`, with the token itself."""
        return await run_in_threadpool(self.authenticate.caller, bearer(request))

    async def holder(self, request: Request) -> User:
        """As `user`, for what can be done without a subscription.

        Raises:
            Unauthorized: there is no token, or it opens nothing.
        """
        held = await run_in_threadpool(self.authenticate.holder, bearer(request))
        return held.user


def bearer(request: Request) -> str:
    """The token in the Authorization header, whatever it looks like: tokens are opaque.

    Raises:
        Unauthorized: no such header, another scheme, or nothing behind it.
    """
    scheme, _, token = request.headers.get("authorization", "").strip().partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthorized
    return token.strip()
