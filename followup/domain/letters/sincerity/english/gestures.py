"""How English gives, and how it sells."""

from followup.domain.letters.sincerity.english.words import SOON
from followup.domain.letters.sincerity.wording import Gestures, pattern, words

_THINGS = pattern(
    r"vouchers?|discounts?|refund(?:s|ed|ing)?|credit(?:s|ed|ing)?(?! card)|gifts?|compensat(?:e|ion|ing)"
    r"|(?:gift )?card worth|goodwill|hamper|bouquet|money back|off your next|promo(?:tion)? code|reimburs\w+",
)
_GIVING = pattern(
    r"here is|here are|here's|(?:i|we)(?:'m|'re|'ve|'ll| am| are| have| will| would like to"
    r"| want to)(?: \w+){0,3}? (?:refund\w*|send\w*|sent|add\w*|tak(?:e|ing)|taken|giv(?:e|ing|en)"
    r"|credit\w*|offer\w*|put\w*|pay\w*|paid|transfer\w*|issue\w*|issuing|arrang\w+|return\w*|enclos\w+"
    r"|includ\w+|post\w*|attach\w*|reimburs\w+|made|making|set)",
    r"please (?:accept|find|enjoy|use)|enclosed|accept (?:a|this|our)|is (?:back )?on its way"
    r"|are on their way|is yours|waiting for you|has been (?:added|refunded|credited|sent|paid|issued)"
    r"|goes (?:back )?to|will (?:be|reach|go|arrive)|(?:you|your \w+) (?:will )?(?:get|receive|have)"
    r"|as a (?:gesture|goodwill|thank)|comes off|takes? ",
)
_WHEN = pattern(
    rf"(?:by|until|till|before|within|on|in|at|from|after|after|to|for|up to|takes?)(?: about| around"
    rf"| the next| at most| another)? {SOON}",
    r"today|tomorrow|tonight|already|(?:this|next) (?:morning|afternoon|evening|week|month|friday|monday"
    r"|tuesday|wednesday|thursday)",
    r"straight away|right away|immediately|at once|(?:by|there) now|now (?:on|in) your|your \w+ now"
    r"|instantly|when you (?:like|want)",
    r"comes? off (?:your|the) (?:\w+ )?(?:bill|invoice|rent|payment|statement)",
    r"(?:have|'ve|has been|has) (?:\w+ )?(?:put|added|credited|applied)",
    r"no (?:end|expiry|expiration|time|closing)[ -]?(?:date|limit)?|(?:does not|doesn't|never|won't"
    r"|will not) (?:expires?|run out|end|lapse)",
    r"as long as you like|valid (?:until|till|for|to)|expires?|good (?:until|till|for)|any time|whenever"
    r"|ends on|runs out",
    r"(?:what|which)(?: \w+){0,4} (?:time|day|number|hour)|when (?:suits|would|is|can|may|shall)",
)
_HOW_CODE = pattern(
    r"codes?|check-?out|check out|when you (?:pay|book|order)|at the (?:till|desk|counter|box office)"
    r"|show (?:this|it)|enter|quote|link|attached|(?:on|to|in) your (?:account|basket)|by (?:email|post"
    r"|letter)|in (?:this|the) email|print|automatically|comes off"
)
GESTURES = Gestures(
    things=_THINGS,
    giving=_GIVING,
    calling=pattern(r"call(?:s|ing|ed)?(?: you)?|ring(?:ing)?|phone|telephone|speak|talk"),
    how={
        "voucher": _HOW_CODE,
        "discount": _HOW_CODE,
        "refund": pattern(
            r"cards?|accounts?|bank|paypal|cash|che(?:que|ck)s?|iban|original payment|payment method"
            r"|way you paid|statement|transfer\w*|wallet|same way|how you paid|direct debit|apple pay"
            r"|google pay|bill|by post|reader"
        ),
        "credit": pattern(
            r"accounts?|balance|bills?|invoices?|next payment|subscription|wallet|statement|card|membership"
            r"|direct debit|rent"
        ),
        "gift": pattern(
            r"post(?:ed|ing|man)?|address|deliver\w*|parcel|courier|send\w*|sent|arriv\w+|reach\w*|doors?"
            r"|home|mail\w*|collect\w*|waiting|bring\w*|shop|desk|room|comes?|hand\w*|pick"
        ),
    },
    when=_WHEN,
)
UPSELL = pattern(
    r"while you(?:'re| are) (?:here|at it|there|online)",
    r"(?:check out|take a look at|have a look at|explore|discover|see|try|browse|shop) (?:our|the|all our"
    r"|some of our) (?:\w+ )?(?:new|latest|range|collection|bestsellers|spring|summer|autumn|fall|winter"
    r"|christmas|sale|offers?|deals|products|selection|catalogue|website|menu|store|shop|titles)\w*",
    r"brows(?:e|ing)|bestsellers?|best-sellers?|new arrivals",
    r"you (?:may|might|will|'ll) (?:also )?(?:like|love|enjoy) (?:our|the|these|to try)",
    r"treat yourself|upgrade (?:to|your|now|today)|while stocks last|limited[- ]time|special offers?"
    r"|exclusive (?:offer|deal)s?",
    r"(?:sign up (?:for|to)|subscribe to|join) our (?:\w+ )?(?:newsletter|loyalty|rewards?|club"
    r"|mailing list|programme|program)",
    r"(?:don't|do not) miss (?:out|our|the|this)",
    r"spend (?:over |at least |more than )?[£$€]|when you spend|minimum (?:spend|order|purchase)|(?:on"
    r"|with) (?:orders|purchases) (?:over|of|above)",
    r"shop (?:now|again|today|with us again)|order (?:now|again (?:today|soon))|buy (?:now|one|more|another)",
    r"(?:enjoy|make|making|hope|forward|place|placing|plan|consider)(?: \w+){0,5}? (?:next|future) (?:order"
    r"|visit|booking|stay|trip|journey)s?",
    r"(?:next|future) purchases?",
    harmless=words(
        r"(?:off|towards?|against|from|for|on) (?:your|a|any|the)(?: very)? (?:next|future) (?:purchase"
        r"|order|visit|booking|stay|trip|journey)s?",
    ),
)
OFFERING = pattern(r"offer(?:s|ed|ing)?|deals?|bargains?|discount(?:s|ed)?|free|save")
