"""What mail servers write when they refuse an email, by the cause it stands for.

Collected from the texts of common servers and providers; English first, then the languages in which some of
them write. Each pattern is searched in one line of bounded length, and no part of it repeats without a bound.
They are compiled by whoever judges the first bounce: that takes longer than most commands may begin."""


def _patterns(*words: str) -> str:
    return "|".join(words)


SENDER = _patterns(
    r"sender[\w '-]{0,30}(?:reject|denied|refused|blocked|verif|invalid|not allowed|unauth|not exist"
    r"|unknown)",
    r"(?:invalid|unknown|bad|unauthenticated|unauthori[sz]ed|rejected|blocked?) sender",
    r"sending (?:domain|ip|server|host|mta)|domain of sender|mail from domain|return-?path",
    r"after mail from:|in reply to mail from",
    r"client host|host network not allowed|server access .{0,60}forbidden|mismatches client ip",
    r"\bblocked (?:using|by|for|ip|due)|black ?-?list|block ?-?list|blocked[\w ]{0,20}spam source|dnsbl"
    r"|\brbl\b",
    r"spamhaus|spamcop|barracuda|sorbs|uceprotect|proofpoint|cloudmark|senderscore|abusix",
    r"\bptr\b|reverse[ -]dns|rdns|name lookup failed|unable to resolve your"
    r"|find your (?:reverse )?hostname",
    r"\bspf\b|\bdkim\b|\bdmarc\b|\barc\b (?:fail|valid)|unauthenticated|not authenticated",
    r"authenticat(?:ion|ed) (?:is )?(?:required|needed|information)|must (?:be )?authenticate"
    r"|auth required",
    r"reputation|suspicious (?:due|activity)|\bips? (?:address )?.{0,40}(?:block|listed|ban|reject|denied)",
    r"your (?:ip|server|host|network|domain|mail ?server|email server|provider)\b",
    r"(?:not|never) (?:allowed|authori[sz]ed|permitted) to (?:send|relay|use)"
    r"|relay(?:ing)? (?:access )?(?:is )?"
    r"(?:denied|not|prohibited|forbidden)|(?:unable|refus\w+|denied) to relay|not relay|we do not relay"
    r"|relaying? (?:mail )?to .{0,60}(?:denied|not allowed)|relay quota|access forbidden",
    r"dynamic ip|dial-?up|residential|open (?:proxy|relay)|complaint|unexpected volume|poor sending"
    r"|bulk sender",
    r"\b(?:ehlo|helo)\b[\w ]{0,20}(?:invalid|mismatch|reject)|invalid ip|my name was rejected"
    r"|insecure mail relay"
    r"|from: domain|purported responsible|account (?:has been )?suspended for|sending limit",
)
CONTENT = _patterns(
    r"virus|malware|phish|trojan|infected|spam(?!haus|cop|hilfe)|unsolicited|\bube\b|\bbulk mail|junk",
    r"content (?:reject|restrict|denied|not|block|filter|reason|presents)|message content|attachment"
    r"|executable|inappropriate|offensive|url in|links? in|html",
    r"(?:message|mail|email|data|size|e-mail) .{0,30}(?:too (?:big|large)|exceed|limit)"
    r"|maximum .{0,20}size",
    r"size limit|too (?:big|large)|line limit|(?:headers?|subject) (?:too|error|contain)|multiple "
    r"(?:subject|addresses)|duplicate header|8-?bit|message refused by filter|mail rejet|ofr_?50[67]",
)
TIME = _patterns(
    r"gr[ea]y-? ?list|(?<!going to )(?<!not found, )(?<!domain and )try (?:again|later)"
    r"|come back|retry later|please retry"
    r"|later\b.{0,20}retr|essayer plus tard",
    r"too (?:many|much) (?:connections?|messages|mails?|emails|requests|concurrent|sessions|traffic)",
    r"rate.?limit|at a rate|frequency limit|throttl|deferred|slow down|too fast|per (?:hour|minute|day)\b",
    r"this hour|too many recipients this|temporar(?:y|ily) (?:fail|reject|unavail|defer|block|lookup"
    r"|problem|error)",
    r"sp.ter (?:erneut|noch)|m.s tarde",
)
_IS_FULL = (
    r"mailbox (?:is |.{0,60} is |size |for .{0,60} is )?(?:full|over|exceed)|(?:mail)?box full|quota"
    r"|insufficient "
    r"(?:mailbox|storage)|(?:storage|disk|inbox|mailbox|account) .{0,20}(?:exceed|is full|limit)"
    r"|over (?:the )?(?:storage|size|disk)|too many messages (?:in|on)|not enough (?:storage|space)"
    r"|out of (?:storage|disk)|no (?:more )?space left|full mailbox|exceeded (?:storage|mailbox"
    r"|the local limit|its)"
    r"|user is overquota|mailfolder is full|boite .{0,15}pleine|bo.te .{0,40}pleine|postfach .{0,60}voll"
    r"|buz.n .{0,40}lleno|caixa .{0,40}cheia|casella .{0,40}piena|mailbox_?full|exceededquota|box is full"
)
_IS_DISABLED = (
    r"(?:mailbox|account|user|recipient|address|e-?mail)[\w @<>.:()'-]{0,60}(?:disabled|inactive|suspend"
    r"|not active"
    r"|deactivat|expired|closed|locked|been disabled|is currently unavailable|temporarily disabled"
    r"|discontinued)"
    r"|(?:disabled|inactive|suspended|closed|deactivated) (?:mailbox|account|user|recipient|e-?mail)"
    r"|mailbox is frozen|temporary locked|not accepting (?:mail|messages|email)(?!.{0,20}from)"
    r"|konto .{0,30}(?:gesperrt|deaktiviert)"
)
FULL = _patterns(_IS_FULL)
DISABLED = _patterns(_IS_DISABLED)
MAILBOX = _patterns(_IS_FULL, _IS_DISABLED)
ADDRESS = _patterns(
    r"(?:user|recipient|mailbox|account|address|alias|e-?mail|addressee|customer|person|destinat\w+"
    r"|benutzer"
    r"|empf.nger|adresse|utilisateur|usu.rio|direcci.n|endere.o)"
    r"[\w @<>.,:;()\"'’/-]{0,80}?(?:unknown|not (?:exist|found|known|recogni[sz]ed|valid|listed|local"
    r"|a valid"
    r"|registered|hosted)|(?:doesn.?t|does ?n[o']t|do not|did not|don't) (?:exist|have|match)|non-?exist\w*"
    r"|no longer|invalid|unavailable|undeliverable|couldn.t be found|wasn.t found|cannot be found|isn.t "
    r"(?:valid|known)|is (?:incorrect|wrong)|unbekannt|existiert nicht|inconnu|desconocid|no existe"
    r"|inexistente"
    r"|not? in (?:our )?(?:directory|database))",
    r"(?:unknown|no such|invalid|non-?existent?|illegal|nonexistent|bad|unrouteable|unrecogni[sz]ed"
    r"|undefined|wrong) "
    r"(?:or (?:illegal|invalid|unknown) )?(?:local |email |(?:final )?delivery |destination |virtual "
    r"|final |mail )?"
    r"(?:user|recipient|mailbox|account|address|alias|e-?mail|name|person|local-?part|customer|domain"
    r"|host|id|rcpt)",
    r"no (?:mailbox|account|user|recipient|person|local user)s? (?:here|by|with|of|on|at|found|named"
    r"|matches|under|in)",
    r"not (?:our|my) (?:user|customer)|doesn.t have an? .{0,60}account|no mailbox here|recipnotfound"
    r"|not a known user",
    r"recipientnotfound|recipient not found|userunknown|unknown_?user|does not like recipient"
    r"|no such (?:person|mail"
    r"|e-?mail|addr)|has (?:moved|left|changed|been (?:deleted|removed))|no longer (?:on server|valid"
    r"|available|in "
    r"use|with|works|here|active|employed)|moved to|\bmoved\b|recipient address rejected(?:\."
    r"|: (?:access denied|undeliver|user ))",
    r"unknown (?:local )?part|domain (?:does not exist|not found|isn.t|unknown|invalid)|host (?:unknown"
    r"|not found(?!, "
    r"try)|does not exist)|unknown host|nxdomain|no such (?:host|domain)|name or service not known"
    r"|dns lookup failure|[a-z0-9-]\.[a-z]{2,12} does not exist|couldn.t find any "
    r"host|couldn.t find (?:a|any) (?:mail exchanger|host)|no mx record|no smtp service"
    r"|does not accept mail|null ?mx",
    r"unroutable address|unrouteable address|all relevant mx records point to non-existent|bad destination",
)
DELIVERY_AGENT = r"(?:can.t|couldn.t|could not|cannot|unable to) (?:create|open|lock|append|write) "
"""What a program says that puts email into mailboxes, when it cannot."""
ROUTE = _patterns(
    DELIVERY_AGENT,
    r"delivery failed \d{1,4} attempts",
    r"deliver(?: message)? (?:for the last|after multiple)|accept our requests|tim(?:ed?|ing)[- ]?out"
    r"|not (?:responding|reachable|answer)|unreachable|(?:unable|failed|not|n't)[\w ,]{0,25} "
    r"(?:connect|establish|reach|contact)|connection (?:refused|reset|lost|closed|dropped|died)|no route",
    r"network (?:is )?(?:unreachable|error|down)|(?:maximum|too many)[\w ]{0,20}(?:attempts|hops|retries)",
    r"within \d+ (?:days|hours)|expired|too long in (?:the )?queue|in the queue too long"
    r"|exceeded max(?:imum)? time"
    r"|retry time|has been queued|\bloop|routing|lost connection|greeting|dns (?:error|fail|query)"
    r"|name service"
    r"|server (?:error|busy|down|unavailable)|service (?:not available|unavailable)|system (?:error"
    r"|problem|not "
    r"accepting)|internal error|disk (?:full|space)|insufficient (?:disk|system|permission)"
    r"|configuration error|misconfigur|i/o error|can.t create|cannot "
    r"append|host .{0,40}(?:is down|not found, try)|domain is not reachable"
    r"|have been failing for a long time|unable to contact"
    r"|resources temporarily|not accepting connections",
)
PROTOCOL = _patterns(
    r"too many recipients|syntax|(?:bad|improper) sequence|not implemented|unrecogni[sz]ed command|protocol"
    r"|(?:rfc ?-?\d+|standards?) (?:compliant|violat)|smtputf8|pipelining|bare (?:lf|cr)|starttls"
    r"|tls (?:required|is)",
)
POLICY = _patterns(
    r"polic(?:y|ies)|access denied|denied|not (?:allowed|permitted|accepted|authori[sz]ed)|prohibited"
    r"|refused|reject"
    r"|forbidden|security|blocked|restricted|delivery not authori[sz]ed",
)
