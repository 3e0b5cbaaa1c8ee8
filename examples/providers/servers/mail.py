"""A mail server for this machine: aiosmtpd takes the mail, and the `email` package of Python reads it.

    python3 mail.py plain|tls|starttls DIRECTORY PORT FILE

The directory has certificate.pem and key.pem. With TLS, `shop` has to log in, with the password `secret`.
Each letter becomes a line of JSON in FILE. nobody@... is refused when it is named, full@... when the letter is there.
"""

import asyncio
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.controller import UnthreadedController
from aiosmtpd.smtp import AuthResult


class Mailbox:
    def __init__(self, path):
        self.path = path

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody@"):
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server, session, envelope):
        if any(to.startswith("full@") for to in envelope.rcpt_tos):
            return "452 4.2.2 mailbox full"
        letter = email.message_from_bytes(envelope.content, policy=email.policy.SMTP)
        parts = {part.get_content_type(): part for part in letter.walk()}
        line = {
            "envelope": {"from": envelope.mail_from, "to": envelope.rcpt_tos},
            "headers": {name: str(value) for name, value in letter.items()},
            "text": self.content(parts["text/plain"]),
            "html": self.content(parts["text/html"]),
            "defects": sum(len(part.defects) for part in letter.walk()),
        }
        with open(self.path, "a", encoding="utf-8") as out:
            out.write(json.dumps(line) + "\n")
        return "250 2.0.0 taken"

    @staticmethod
    def content(part):
        """A part as its charset says, with this machine's line ends."""
        return part.get_payload(decode=True).decode(part.get_content_charset()).replace("\r\n", "\n")


def authenticate(server, session, envelope, mechanism, login):
    known = (login.login, login.password) == (b"shop", b"secret")
    return AuthResult(success=known, handled=False)


def options(mode, directory):
    """What the mode asks of the server: TLS from the first byte, or after STARTTLS, and a login after either."""
    if mode == "plain":
        return {}
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{directory}/certificate.pem", f"{directory}/key.pem")
    login = {"authenticator": authenticate, "auth_required": True}
    if mode == "tls":
        return {"ssl_context": context, "auth_require_tls": False, **login}
    return {"tls_context": context, "require_starttls": True, **login}


def main():
    mode, directory, port, path = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    how = options(mode, directory)
    controller = UnthreadedController(Mailbox(path), hostname="127.0.0.1", port=port, loop=loop, **how)
    controller.begin()
    loop.run_forever()


main()
