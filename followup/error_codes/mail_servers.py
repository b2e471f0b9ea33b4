"""Failures of logging in to mail servers, and of asking about the sender's domain."""

from followup.error_codes.entry import ErrorCode
from followup.errors import InvalidFile, NotFound, Refused, Unreachable, WrongUsage

ERROR_CODES = (
    ErrorCode(
        "unknown_provider",
        WrongUsage,
        "Nobody can log in at a provider of that name.",
        "Say microsoft or google; for others set a command that prints a token.",
    ),
    ErrorCode(
        "no_oauth_client",
        InvalidFile,
        "oauth_client_id is not set, so nobody can log in to the mail server.",
        "Register an application with the provider; see [delivery.md](delivery.md).",
    ),
    ErrorCode(
        "bad_oauth_issuer",
        InvalidFile,
        "oauth_issuer is no address that begins with https://.",
        "Write it as https://login.microsoftonline.com/YOUR-TENANT/v2.0.",
    ),
    ErrorCode(
        "oauth_unreachable",
        Unreachable,
        "The log-in server does not answer, or not as an OAuth server does.",
        "Check the network and oauth_issuer, then try again. Emails wait meanwhile.",
    ),
    ErrorCode(
        "oauth_declined",
        Refused,
        "Somebody said no where the provider asked for access to the mailbox.",
        "Run `followup mail login` again, and say yes.",
    ),
    ErrorCode(
        "oauth_code_expired",
        Refused,
        "Nobody typed the code of `followup mail login` in time.",
        "Run it again.",
    ),
    ErrorCode(
        "oauth_refused",
        Refused,
        "The provider does not let the application log anybody in.",
        "Check oauth_client_id, its secret, and what the application may do.",
    ),
    ErrorCode(
        "not_the_log_in_address",
        WrongUsage,
        "What was pasted is not the address at the end of this log-in.",
        "Run `followup mail login` again, and copy the whole address that the browser shows.",
    ),
    ErrorCode(
        "not_logged_in",
        NotFound,
        "A URL says auth=xoauth2 for a user who has neither a password, a command nor a log-in.",
        "Log in: `followup mail login`.",
    ),
    ErrorCode(
        "log_in_ended",
        Unreachable,
        "The provider refreshes a log-in no more: it was withdrawn, or not used for long.",
        "Log in again: `followup mail login`. Emails wait meanwhile.",
    ),
    ErrorCode(
        "log_in_not_refreshed",
        Unreachable,
        "The provider refuses to refresh a log-in, because of the application.",
        "Check how it is registered, whether its secret has expired; then log in again.",
    ),
    ErrorCode(
        "log_in_locked",
        Unreachable,
        "Another process has been refreshing a log-in for a minute.",
        "End that process.",
    ),
    ErrorCode(
        "log_in_file_unreadable",
        InvalidFile,
        "The file with the tokens of a log-in cannot be read.",
        "Log in again, as the user who runs the daemon: `followup mail login`.",
    ),
    ErrorCode(
        "no_log_in_user",
        WrongUsage,
        "Nobody is named who logs in to the mail server.",
        "Name somebody with `--user`.",
    ),
    ErrorCode("several_users", WrongUsage, "Several users have log-ins.", "Name one with `--user`."),
    ErrorCode("no_log_in", NotFound, "Nobody of that name is logged in.", "See `followup doctor`."),
    ErrorCode(
        "name_server_unreachable",
        Unreachable,
        "No name server answers, so nothing can be said of the sender's domain.",
        "See that this machine is on the network, or name one with `--resolver`.",
    ),
    ErrorCode(
        "bad_resolver",
        WrongUsage,
        "`--resolver` is not the address of a name server.",
        "Write an address, with a port if it is not 53: 127.0.0.1:5353.",
    ),
    ErrorCode("bad_domain", WrongUsage, "What was given is no domain.", "Write it as harbour.example."),
    ErrorCode(
        "bad_sending_address",
        WrongUsage,
        "`--address` is no address.",
        "Write the one from which emails reach receivers, as 192.0.2.10.",
    ),
    ErrorCode(
        "domain_options",
        WrongUsage,
        "An option of `followup doctor --domain` was given without it.",
        "Say `--domain` as well, before the name of the domain.",
    ),
)
