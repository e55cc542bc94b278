"""A mail server of a test's own on loopback, which speaks SMTP and keeps what it took."""

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Event, Lock, Thread


@dataclass
class Mail:
    """What was taken: for whom by the envelope, and the message itself."""

    to: list[str]
    message: EmailMessage


@dataclass
class MailServer:
    """What the test sets, and what it reads; `answers` are given instead of the usual one.

    An answer is set for a command (MAIL, DATA …), a recipient, or "message", the answer
    to a whole message; one of None closes the connection instead.
    """

    port: int = 0
    answers: dict[str, str | None] = field(default_factory=dict)
    taken: list[Mail] = field(default_factory=list)
    connections: int = 0
    lock: Lock = field(default_factory=Lock)
    read: Event = field(default_factory=Event)  # a whole message was read
    may_answer: Event = field(default_factory=Event)  # clear: the message's answer waits

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def ids(self) -> list[str]:
        return sorted(mail.message["Message-ID"] for mail in self.taken)


class _HungUp(Exception):
    pass


class _Conversation(socketserver.StreamRequestHandler):
    desk: MailServer

    def handle(self) -> None:
        with self.desk.lock:
            self.desk.connections += 1
        self.say("220 test server")
        self.to: list[str] = []
        try:
            while line := self.rfile.readline():
                verb, _space, rest = line.decode().strip().partition(" ")
                if verb.upper() == "QUIT":
                    return self.say("221 bye")
                self.obey(verb.upper(), rest)
        except _HungUp:
            return None

    def obey(self, verb: str, rest: str) -> None:
        if verb == "EHLO":
            self.say("250-test server\r\n250 8BITMIME")
        elif verb == "RCPT":
            address = rest.partition("<")[2].partition(">")[0]
            answer = self.answer(address, "250 ok")
            if answer.startswith("250"):
                self.to.append(address)
            self.say(answer)
        elif verb == "DATA":
            self.data()
        elif verb in ("HELO", "MAIL", "RSET", "NOOP"):
            self.to = []
            self.say(self.answer(verb, "250 ok"))
        else:
            self.say("502 no such command")

    def data(self) -> None:
        answer = self.answer("DATA", "354 go on")
        self.say(answer)
        if not answer.startswith("354"):
            return
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        self.desk.read.set()
        self.desk.may_answer.wait(30)
        answer = self.answer("message", "250 taken")
        if answer.startswith("250"):
            message = message_from_bytes(b"".join(lines), policy=policy.default)
            with self.desk.lock:
                self.desk.taken.append(Mail(self.to, message))
        self.say(answer)

    def answer(self, name: str, usual: str) -> str:
        answer = self.desk.answers.get(name, usual)
        if answer is None:
            raise _HungUp
        return answer

    def say(self, text: str) -> None:
        try:
            self.wfile.write(text.encode() + b"\r\n")
        except OSError:
            raise _HungUp from None


class _Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def mail_server(port: int = 0) -> Iterator[MailServer]:
    """A server that takes everything, until the test sets another answer."""
    desk = MailServer()
    desk.may_answer.set()
    handler = type("Conversation", (_Conversation,), {"desk": desk})
    with _Listener(("127.0.0.1", port), handler) as listener:
        desk.port = listener.server_address[1]
        thread = Thread(target=listener.serve_forever, args=[0.05])
        thread.start()
        try:
            yield desk
        finally:
            desk.may_answer.set()
            listener.shutdown()
            thread.join()
