"""Signatures of callbacks, judged by the reference library of Standard Webhooks."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from mien.errors import BadRequest
from mien.net.webhooks import new_secret, signed, verify

BODY = '{"jobid": "1", "content": "<@1> grüße"}'.encode()


def now() -> datetime:
    """The reference library asks the real clock."""
    return datetime.now(UTC)


def test_the_reference_library_accepts_what_we_sign():
    """
    Our headers verify with `standardwebhooks`, and with nobody else's secret.
    """
    secret = new_secret()
    headers = signed(BODY, secret=secret, message_id="msg_1", now=now())

    assert {"jobid": "1", "content": "<@1> grüße"} == Webhook(secret).verify(BODY, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(BODY, headers)


def test_we_accept_what_the_reference_library_signs():
    """
    `verify` takes a signature of `standardwebhooks`, also among others.
    """
    secret, moment = new_secret(), now().replace(microsecond=0)
    signature = Webhook(secret).sign("msg_2", moment, BODY.decode())
    headers = {
        "Webhook-Id": "msg_2",
        "Webhook-Timestamp": str(int(moment.timestamp())),
        "Webhook-Signature": f"v1,AAAA v2,xyz {signature}",
    }

    verify(BODY, headers, secret=secret, now=moment)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
@pytest.mark.parametrize("value", ["", "123", "grün"])
def test_nothing_else_is_accepted(name, value):
    """
    A header that is missing or changed makes the callback worthless.
    """
    secret = new_secret()
    headers = signed(BODY, secret=secret, message_id="msg_3", now=now()) | {name: value}

    with pytest.raises(BadRequest):
        verify(BODY, headers, secret=secret, now=now())


def test_a_changed_body_is_not_accepted():
    """
    One byte more, and the signature is wrong.
    """
    secret = new_secret()
    headers = signed(BODY, secret=secret, message_id="msg_4", now=now())

    with pytest.raises(BadRequest, match="signature"):
        verify(BODY + b" ", headers, secret=secret, now=now())


@pytest.mark.parametrize("off_s", [-301, 301])
def test_a_replay_is_not_accepted(off_s):
    """
    Five minutes after it was sent, or before, a callback is not believed.
    """
    secret, moment = new_secret(), now().replace(microsecond=0)
    headers = signed(BODY, secret=secret, message_id="msg_5", now=moment)

    with pytest.raises(BadRequest, match="too old"):
        verify(BODY, headers, secret=secret, now=moment + timedelta(seconds=off_s))


def test_secrets_have_the_form_of_the_specification():
    """
    "whsec_" and the base64 of 24 to 64 random bytes.
    """
    secret = new_secret()

    assert secret.startswith("whsec_")
    assert 24 <= len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) <= 64
    assert secret != new_secret()


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_!!", "whsec_ü"])
def test_what_is_no_secret(secret):
    """
    A broken secret is said, not used.
    """
    with pytest.raises(BadRequest, match="whsec_"):
        signed(BODY, secret=secret, message_id="msg_6", now=now())
