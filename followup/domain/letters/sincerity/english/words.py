"""Pieces of English that several rules need."""

MAY = r"(?:may|might|could) have"
VERY = r"(?:so|very|truly|really|deeply|sincerely|extremely|most|terribly|genuinely|all|both|again|just|only)"
SORRY = rf"(?:(?:{VERY} )*(?:sorry|apologi[sz]e|apologies|apology|regret))"
WE = (
    r"(?:i|we)(?:'ve|'d|'ll)?(?: (?:\w+ly|also|just|still|then|all|both|alone|here|even|do|did|have|had"
    r"|must|ourselves|myself|twice|again)){0,3}(?: (?:on|at|in) [^,;.]{1,30}?)?"
)
FAULT = (
    r"(?:faults?|mistakes?|errors?|doing|failures?|failings?|oversights?|omissions?|blunders?|carelessness)"
)
MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar"
    r"|apr|jun|jul|aug|sept?|oct|nov|dec)"
)
WEEKDAY = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
_NUMBER = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|a few|a couple of)"
SOON = (
    rf"(?:\d|{MONTH}|{WEEKDAY}|{_NUMBER}|tomorrow|today|tonight|noon|midday|midnight|the (?:end|\d|first"
    rf"|next)"
    r"|close|then|now|this|next|lunch|working|business|an hour|a (?:day|week))"
)
