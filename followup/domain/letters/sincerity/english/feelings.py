"""The feelings that English names."""

from followup.domain.letters.sincerity.wording import pattern, words

FEELING = pattern(
    r"(?:you|your)(?: \w+){0,3}? fe(?:el|els|lt|eling|elings)",
    r"(?:how|what) (?:this|that|it|\w+ing)(?: \w+){0,3}? (?:feel|feels|felt|been like)",
    r"frustrat(?:ed|ing|ion|ions)",
    r"upset(?:ting)?",
    r"disappoint(?:ed|ing|ment)",
    r"ang(?:ry|er|ered|ering)",
    r"annoy(?:ed|ing|ance)",
    r"worr(?:y|ied|ying|ies|isome)",
    r"stress(?:ful|ed|ing)?",
    r"distress(?:ed|ing)?",
    r"embarrass(?:ed|ing|ment)",
    r"unhapp(?:y|iness)",
    r"dissatisf(?:ied|action)",
    r"fur(?:ious|y)",
    r"dismay(?:ed)?",
    r"exasperat(?:ed|ing|ion)",
    r"infuriat(?:ed|ing)",
    r"anxi(?:ous|ety)",
    r"humiliat(?:ed|ing|ion)",
    r"maddening|hurtful|unsettl(?:ed|ing)|bewilder(?:ed|ing)|confus(?:ed|ing)|alarm(?:ed|ing)",
    r"(?:i|we|anyone|anybody)(?:'d| would) (?:\w+ )?(?:feel|be) (?:the same|\w+ too)",
    r"(?:understand|imagine|appreciate|know|see|realise|realize) how (?:\w+ ){0,3}?(?:you|hard|difficult"
    r"|this|that|it|awful|tiring|inconvenient|unpleasant|painful|trying|tough|important)",
    harmless=words(
        r"feel (?:free|able|welcome)",
        r"(?:don't|do not|no need to|not have to|need not|never|without|not|nothing to|nor|stop|less to"
        r"|cause for|one less) (?:be |to be |feel |having to |need to |have to |any )?worr(?:y|ied|ying)",
        r"(?:i|we)(?:'m|'re| am| are| was| were| feel| felt)(?: (?!you|that|this|it|if|about|for"
        r"|the)\w+){0,3} (?:feel|felt|disappointed"
        r"|upset"
        r"|angry|embarrassed|worried|annoyed|ashamed|frustrated)",
        r"(?:i|we)(?: have)? (?:felt|disappointed|upset|confused|worried|embarrassed|annoyed|angered"
        r"|distressed|frustrated)",
        r"(?:understand|know|see|realise|realize) how (?:this|that|it|they|the \w+) (?:\w+ )?(?:happened"
        r"|came|went|got|works?|broke)",
    ),
)
