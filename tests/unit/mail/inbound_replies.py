"""Replies as they arrive."""

from email.message import EmailMessage

from followup.mail.parse_inbound import ParsedMessage, read_arrived


def reply(body: str, **fields: str) -> ParsedMessage:
    message = EmailMessage()
    for name, value in ({"From": "Jo <jo@y.test>", "Subject": "Re: Your kettle"} | fields).items():
        message[name] = value
    message.set_content(body)
    return read_arrived(message.as_bytes())
