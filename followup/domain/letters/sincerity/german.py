"""What the rules look for in German. Texts are in lower case, see `plain`."""

from followup.domain.letters.sincerity.wording import Phrase, Wording, pattern, words

_SORRY = (
    r"(?:tut (?:mir|uns)[^.;,]{0,30}? leid|entschuldig\w*|verzeihung|pardon|bedau(?:re|er)\w*"
    r"|bitte[nt]? um (?:entschuldigung|verzeihung|nachsicht)|es tut (?:mir|uns) leid|tut (?:mir|uns)|sorry)"
)
_WE = r"(?:ich|wir)"
_DID_WRONG = (
    r"(?:falsch\w*|zu spät|verspätet|doppelt|zweimal|zu viel|zu wenig|zu lange|(?:nicht|nie|niemals|nichts"
    r"|niemand\w*|kein\w*)(?: \w+){0,4} (?:\w*ge\w+(?:t|en)|be\w+(?:t|en)|ver\w+(?:t|en)|\w+iert)|ohne"
    r"|vergessen|verloren|versäumt|verpasst|übersehen|verwechselt|beschädigt|vertauscht|im stich"
    r"|warten lassen|enttäuscht|versprochen|vernachlässigt|irrtümlich|versehentlich|schlecht|verschlampt"
    r"|versagt)"
)

_COMMON = """
dass aber auch eine einer einem einen nicht noch oder sich sind wird wurde werden haben hatte ihre ihren
ihrem ihrer unsere unserer unserem mich mein meine meiner nach über unter wenn weil wann dann denn doch
schon sehr mehr nur diese dieser dieses diesem kein keine habe waren sein seine bitte alle alles immer
wieder hier dort
"""

GERMAN = Wording(
    stock=(
        Phrase(
            pattern(
                r"(?:etwaige|eventuelle|mögliche|jegliche|sämtliche|entstandene|irgendwelche"
                r"|verursachte)[nrs]? (?:\w+ )?unannehmlichkeit(?:en)?",
                r"(?:für|um|wegen)(?: \w+){0,3} unannehmlichkeiten?",
                r"unannehmlichkeiten(?: \w+){0,2} (?:entschuldig\w*|bitten|bedauer\w*)",
            ),
            "Name what it cost them: “{apology}”",
        ),
        Phrase(
            pattern(
                r"(?:ihr|ihre) (?:anruf|anliegen|zufriedenheit|meinung|vertrauen|feedback|rückmeldung|treue"
                r"|sicherheit|einkauf|kundschaft|besuch|aufenthalt|reise|beschwerde|zeit)(?: \w+)? (?:ist"
                r"|sind|liegt|liegen|steht|hat)(?: \w+){0,3}? (?:\w*wichtig|wertvoll|am herzen|priorität"
                r"|vordergrund|oberste\w*|höchste\w*|stelle|anliegen)",
                r"(?:liegt|liegen) uns(?: \w+)? am herzen",
                r"(?:wir |ich )?(?:wissen|schätzen|weiß|schätze)(?: \w+)? (?:ihr|ihre) (?:vertrauen|treue"
                r"|meinung|feedback|rückmeldung|geduld|verständnis|offenheit)",
            ),
            "Leave it out: show it by what you do next.",
        ),
        Phrase(
            pattern(
                r"(?:wir |ich )?(?:sind|bin|ist) (?:\w+ )?(?:stets|immer|ständig|jederzeit"
                r"|laufend) (?:\w+ ){0,2}?(?:bemüht|bestrebt)",
                r"(?:stets|immer|ständig|sehr|jederzeit) (?:\w+ ){0,4}?(?:bemüht|bestrebt)",
                r"(?:bemühen|bemühe) (?:wir |ich )?(?:uns|mich) (?:stets|immer|ständig|sehr|jederzeit"
                r"|täglich)",
                r"unser (?:ziel|anspruch|bestreben|anliegen) ist(?: es)?|ist (?:es )?unser (?:anspruch"
                r"|bestreben|ziel)",
                r"wir legen (?:\w+ )?(?:größten|großen|höchsten|viel) wert auf",
                r"(?:höchste|hohe|gewohnte|beste)[nrs]? (?:qualität|standards?|servicequalität|ansprüche"
                r"|service)",
                r"hilft uns(?: dabei)?,? (?:\w+ ){0,4}?(?:besser|zu verbessern)",
            ),
            "Say what you do for them now: “Ich schicke Ihnen …”.",
        ),
        Phrase(
            pattern(
                r"(?:sehr )?geehrte[rn]? (?:kund\w+|damen und herren|damen|gast|gäste)|liebe[rn]? kund\w+"
                r"|geschätzte[rns]? (?:kund\w+|gast|gäste)|wertvolle[rns]? kund\w+|treue[rns]? kund\w+"
                r"|als kunde",
            ),
            "Call them by their name.",
        ),
        Phrase(
            pattern(
                r"nehmen (?:wir )?(?:\w+ ){0,6}?(?:sehr |äußerst |überaus )?ernst",
                r"(?:seien|sein) sie (?:\w+ )?versichert|wir (?:können ihnen )?versichern(?: ihnen)?"
                r"|(?:seien|sein) sie sich sicher",
                r"(?:zögern|scheuen) sie (?:bitte )?(?:sich )?nicht",
                r"(?:für|um) (?:ihr|ihre) (?:verständnis|geduld)(?= ?[.,!;]|$| und)",
                r"vielen dank für ihren hinweis|danken (?:wir )?ihnen für (?:ihren hinweis|ihre offenheit"
                r"|ihr feedback)",
                r"zu unserem (?:größten |tiefsten |großen )?bedauern|bedauern,? ihnen mitteilen",
                r"jederzeit (?:gern|gerne) zur verfügung",
            ),
            "Say the one thing you mean, in plain words, or leave it out.",
        ),
        Phrase(
            pattern(
                r"unvorhergesehene[rnsm]? (?:umstände|ereignisse?\w*)|unvorhersehbare[rnsm]? \w+"
                r"|technische[rnsm]? (?:gründe|gründen|probleme|problemen|schwierigkeiten|störung)"
                r"|höhere[rn]? gewalt|außerhalb unseres einflusses|betriebsbedingt\w*|betrieblichen gründen"
                r"|(?:erhöhte[nsm]?|hohe[nsm]?|großen) (?:anfrage|anruf|bestell)\w*",
            ),
            "Say what happened: name the thing, the day and who did it.",
        ),
    ),
    rules=pattern(
        r"(?:leider|bedauerlicherweise|bedauern\w*)[^.;]{0,50}? (?:nicht|keine?\w*|unmöglich"
        r"|außerstande)(?: \w+){0,4}? ?(?:möglich|können|kann|könnten|konnten|in der lage|dürfen|darf"
        r"|gestattet|erlaubt|vorgesehen)",
        r"(?:können|kann|dürfen|darf|ist|sind|konnten)(?: \w+){0,2} (?:leider"
        r"|bedauerlicherweise)(?: \w+){0,8}? (?:nicht|keine?\w*)",
        r"(?:laut|gemäß|entsprechend|nach|aufgrund)(?: \w+){0,2} (?:agb|geschäftsbedingungen|richtlinien?"
        r"|vorschriften|vorschrift|bestimmungen|regeln|regelung(?:en)?|vorgaben|bedingungen"
        r"|teilnahmebedingungen|beförderungsbedingungen|hausordnung)",
        r"(?:unsere[rn]?|die|den|internen?) (?:\w+ )?(?:richtlinien?|vorschriften|vorgaben|regeln|regelung"
        r"|bestimmungen|agb|geschäftsbedingungen) (?:\w+ ){0,3}?(?:nicht|keine?\w*|vor|sehen|sieht"
        r"|erlaub\w+|verbiet\w+|lassen|lässt|zulassen)",
        r"(?:unser|das) system (?:\w+ )?(?:erlaubt|lässt)(?: \w+){0,3} nicht",
        r"(?:nicht|außer)stande|sehen (?:wir )?uns (?:leider )?(?:nicht in der lage|außerstande)|(?:sind"
        r"|bin) (?:\w+ )?nicht in der lage|die hände gebunden|nicht befugt|vorschrift ist vorschrift"
        r"|regeln sind regeln",
    ),
    promises=pattern(
        r"nie (?:wieder|mehr)(?: \w+){0,2}? (?:vorkomm\w*|passier\w*|gescheh\w*|wiederhol\w*)",
        r"(?:nicht (?:wieder|mehr|noch einmal|nochmals?|erneut)|kein (?:zweites|weiteres) mal"
        r"|kein zweites)(?: \w+)? (?:vorkomm\w*|passier\w*|gescheh\w*|wiederhol\w*|auftret\w*)",
        r"(?:nie wieder|niemals wieder|nicht wiederhol\w*)",
        r"(?:werden|werde|wollen|will) (?:\w+ ){0,5}?(?:besser (?:machen|werden|sein)|bessern|verbessern"
        r"|dazulernen|sorgfältiger|mehr sorgfalt)",
        r"in zukunft (?:\w+ ){0,6}?(?:besser|nicht mehr|nie|sorgfältiger|anders)"
        r"|künftig (?:\w+ ){0,6}?(?:besser|sorgfältiger|nicht mehr|vermeiden|vermieden)"
        r"|zukünftig (?:\w+ ){0,6}?(?:besser|vermeiden|vermieden|sorgfältiger)",
        r"(?:machen|mache|mach)(?: \w+){0,5}? besser|beim nächsten mal|das nächste mal",
        r"(?:daraus|aus (?:diesem|dem|unseren|unserem) (?:vorfall|fehler|fehlern)) (?:\w+ ){0,3}?(?:lernen"
        r"|gelernt)|lehren (?:\w+ )?(?:ziehen|gezogen)|(?:maßnahmen|schritte) (?:\w+ ){0,4}?(?:ergreifen"
        r"|ergriffen|eingeleitet|getroffen)",
        r"(?:sorgen|sicherstellen|gewährleisten)[^.;]{0,60}? (?:nicht|nie"
        r"|niemand\w*) (?:\w+ ){0,4}?(?:wieder|mehr|erneut|noch einmal)?(?: \w+)? ?(?:vorkomm\w*|passier\w*"
        r"|gescheh\w*)",
        r"arbeiten (?:\w+ ){0,4}?daran,? (?:\w+ ){0,6}?(?:besser|zu verbessern)",
    ),
    intensifiers=pattern(
        r"(?:sehr|wirklich|zutiefst|aufrichtig|außerordentlich|unendlich|furchtbar|schrecklich|ganz|tief|so"
        r"|herzlich|überaus|unglaublich|ausgesprochen|absolut|von herzen|ehrlich|äußerst|besonders|vielmals"
        r"|wahnsinnig)(?:,| und|, )? (?:sehr|wirklich|zutiefst|aufrichtig|außerordentlich|unendlich"
        r"|furchtbar|schrecklich|tief|von herzen|herzlich\w*|überaus|unglaublich|ausgesprochen|absolut"
        r"|ehrlich|äußerst|besonders|aufrichtigst)",
        r"so sehr|ganz besonders",
        harmless=words(
            r"so (?:besonders|ehrlich)",
        ),
    ),
    forgiveness=pattern(
        r"verzeih(?:en|t|ung)?|vergeb(?:en|t|ung)|vergib|nachsicht|(?:nicht )?(?:übel|krumm) ?nehmen"
        r"|nehmen sie(?: \w+){0,4} (?:übel|an)(?= ?[.,!])",
    ),
    apology=pattern(
        r"leid(?: tut|,| ?[.:!]|$)|tut (?:mir|uns)(?: \w+){0,6}? leid|leidtut|leid tun|leid tut",
        r"(?:bitte[nt]?|möchte[n]?|will|wollen|muss)(?: \w+){0,6}? (?:um )?(?:entschuldigung|verzeihung"
        r"|entschuldigen)",
        r"entschuldige(?:n wir)? (?:mich|uns)|entschuldigen sie|entschuldigung|ich entschuldige"
        r"|wir entschuldigen|bedaure(?:n)?|bedauern",
        harmless=words(
            r"(?:keine|ohne|statt|für eine|müssen sich nicht|brauchen sich nicht) (?:zu )?entschuldig\w+",
            r"kein(?:e|en)? (?:\w+ )?entschuldigung(?: für)?",
            r"(?:eine|die|meine|unsere) entschuldigung (?:allein |alleine )?(?:ersetzt|reicht|genügt|macht"
            r"|bringt|hilft)",
            r"zu unserem (?:\w+ )?bedauern",
        ),
    ),
    conditional=pattern(
        rf"{_SORRY}(?: \w+){{0,3}},? (?:falls|wenn|sofern|sollte)",
        r"(?:falls|wenn|sofern|sollten?)[^.;]{3,80},? (?:so )?(?:tut (?:mir|uns) das|tut es (?:mir|uns)"
        r"|tut das (?:mir|uns)|bitten? (?:ich|wir)|entschuldigen wir|entschuldige ich|bedauern? (?:wir|ich))",
        rf"{_SORRY}(?: \w+)?,? dass sie (?:\w+ ){{0,5}}?(?:fühlen|fühlten|gefühlt|empfinden|empfanden"
        rf"|empfunden|unzufrieden|enttäuscht|verärgert|beschweren"
        r"|beschwert|beschwerde|der meinung|den eindruck|so sehen|als \w+ (?:sehen|erlebt)|gekränkt|gestört)",
        rf"{_SORRY}(?: \w+)?,? dass sie (?:\w+ ){{0,4}}?(?:an uns wenden|melden|schreiben"
        rf"|kontaktieren) (?:mussten|müssen)",
        r"(?:möglicherweise|eventuell|gegebenenfalls|unter umständen|womöglich|etwaige[nrs]?"
        r"|eventuelle[nrs]?|mögliche[nrs]?)(?: \w+){0,4}? (?:ärger|fehler|verstimmung|missverständnis\w*"
        r"|probleme?|enttäuschung(?:en)?)(?=.*(?:entschuldig|leid|bedauer|verzeih))",
        rf"{_SORRY}[^.;]{{0,60}}? (?:etwaige|eventuelle|mögliche|jegliche)[nrs]? (?!unannehmlichkeit)\w+",
    ),
    turn=pattern(
        rf"{_SORRY}.*?(?<!\w)(?:aber|jedoch|allerdings|doch|dennoch|trotzdem|obwohl|wenngleich|nur)(?= )",
        harmless=words(
            r"nicht nur[^.;]*? sondern(?: auch)?",
            r"(?:nicht|niemand|nichts)(?: \w+){0,3},? sondern",
            r"(?:nur|doch) (?:ein|eine|einen|einer|einmal|\d+|zwei|drei|noch|wir|noch)",
            r"dass (?:ich|wir) .*? (?:aber|jedoch) (?:nicht|erst|nie|dann|zu spät|doch|trotzdem)[^;]*",
            r"(?:nicht )?nur",
        ),
    ),
    owning=pattern(
        rf"{_WE}(?: \w+){{0,4}}? (?:verantwortung|schuld|verantwortlich)",
        rf"(?:übernehme|übernehmen|trage|tragen|stehe|stehen) (?:{_WE} )?(?:\w+ ){{0,5}}?(?:verantwortung"
        rf"|schuld|dafür (?:ein|gerade))",
        r"(?:mein|unser)(?:e|en|em|er)?(?: eigener?)? (?:fehler|versäumnis|schuld|versehen|verantwortung"
        r"|nachlässigkeit|irrtum)",
        r"(?:liegt|lag) (?:\w+ )?(?:an|bei) (?:uns|mir)|geht (?:\w+ )?auf (?:unsere|meine) (?:kappe"
        r"|rechnung)",
        rf"(?:haben|habe|hatten|hatte|sind|bin) (?:{_WE})(?: [\w.,:-]+){{0,14}}? {_DID_WRONG}",
        rf"{_WE} (?:haben|habe|hatten|hatte|sind|bin)(?: [\w.,:-]+){{0,14}}? {_DID_WRONG}",
        rf"{_WE}(?: [\w.,:-]+){{0,12}}? {_DID_WRONG}(?: [\w.:-]+){{0,4}}? (?:haben|habe|hatten|hatte|sind"
        rf"|bin|waren|war)",
        rf"{_WE} (?:ließen|ließ|vergaßen|vergaß|verloren|verlor|versäumten|verpassten|versprachen|irrten"
        rf"|lieferten|schickten|schickte|gaben|gab|buchten|hielten|kamen|kam|riefen|rief|sagten|sagte"
        rf"|brachten|legten|schrieben|schrieb|stellten|setzten|trugen|trug|lasen"
        rf"|las)(?!\w)(?=.*{_DID_WRONG}|.*(?:falsch|stich|fallen))",
        rf"(?:ließen|vergaßen|verloren|versäumten|verpassten|lieferten|schickten|gaben|buchten|kamen|riefen"
        rf"|sagten|brachten|nahmen|hielten) {_WE}(?=.*{_DID_WRONG})",
        rf"{_WE} hätte[n]?|hätte[n]? {_WE}|{_WE}(?: \w+){{0,8}}? hätten? (?:\w+ )?(?:müssen|sollen)",
        r"(?:verantwortung|schuld)(?: \w+){0,3} (?:trage|tragen|übernehme|übernehmen) (?:ich|wir)",
        r"(?:verantwortung|schuld)(?: \w+){0,3} (?:liegt|lag) (?:allein )?bei (?:uns|mir)",
        rf"(?:haben|habe) {_WE} (?:\w+ )?verursacht|{_WE} (?:haben|habe)(?: [\w.-]+){{0,10}}? (?:verursacht"
        r"|fehler|schwer gemacht|umständlich gemacht|umstände gemacht|allein damit gelassen|weniger gegeben)",
        rf"{_WE} (?:waren|war)(?: [\w.-]+){{0,10}}? nicht (?:sorgfältig|fair|zur stelle|für sie da)"
        rf"|lagen {_WE}(?: [\w.-]+){{0,10}}? falsch|{_WE} standen im weg|fehler haben {_WE} gemacht",
        harmless=words(
            r"(?:nicht|nie|nichts|kein\w*)(?: \w+){0,3} (?:erhalten|bekommen|gefunden|gewusst|gewollt"
            r"|beabsichtigt|verstanden)",
            r"(?:wenn|falls|ob|sofern|sollten) (?:ich|wir)[^,;.]*",
            r"(?:nicht|kein) (?:unsere?|meine?) (?:schuld|fehler|verantwortung)",
        ),
    ),
    upsell=pattern(
        r"stöbern|entdecken sie (?:\w+ )?(?:unser|die neu)\w*|unsere? neue[nrs]? (?:kollektion|produkte"
        r"|angebote|sortiment|modelle)|neuheiten|(?:schauen|werfen) sie (?:\w+ ){0,4}?(?:unser|sortiment"
        r"|angebote|shop)\w*|newsletter|sonderangebote?|nur (?:noch )?(?:heute|kurze zeit)|upgrade"
        r"|treueprogramm|gönnen sie sich|ab einem (?:einkaufs|mindest)\w+|mindestbestellwert"
        r"|jetzt (?:bestellen|kaufen|sichern|buchen)",
        r"(?:freuen uns|freue mich)(?: \w+)? auf ihre(?:n)? nächste[nrs]? (?:einkauf|bestellung|besuch"
        r"|buchung|reise)",
    ),
    invitation=pattern(
        r"(?:schreiben|rufen|antworten|melden|sagen|geben|teilen|lassen) sie (?:\w+ )?(?:mir|mich|uns|sich"
        r"|einfach|bitte|es mich|doch|gern|gerne|auf)",
        r"(?:wissen|bescheid) lassen|bescheid geben|(?:mich|mir|uns) (?:\w+ )?(?:an|zurück"
        r"|bescheid)(?= ?[.,])|erreichen sie (?:mich|uns)|(?:mich|uns) erreichen sie|auf diese (?:e-mail"
        r"|mail|nachricht) (?:\w+ )?antworten|antworten sie|antwort(?:en)? (?:\w+ )?(?:genügt|reicht)"
        r"|ihre antwort|eine (?:kurze )?(?:antwort|nachricht) (?:genügt|reicht)|freue mich (?:auf"
        r"|über) ihre (?:antwort|nachricht|rückmeldung)|kontaktieren sie|(?:unter"
        r"|meine) (?:der )?(?:durchwahl|nummer)",
        harmless=words(
            r"(?:müssen|brauchen) (?:sie )?(?:\w+ ){0,4}?(?:nicht|nichts) (?:\w+ )?(?:zu )?(?:antworten"
            r"|schreiben|anrufen|melden)",
            r"(?:dass|als|weil|nachdem|bevor) sie (?:mir|uns|sich)(?: \w+)* ",
        ),
    ),
    unread=pattern(
        r"(?:bitte )?antworten sie (?:bitte )?nicht|nicht auf diese (?:e-mail|mail|nachricht)"
        r"|automatisch (?:erstellt|generiert|erzeugt|versandt)\w*|nicht (?:gelesen|überwacht|bearbeitet)"
    ),
    offering=pattern(r"angebote?|rabatte?|gratis|kostenlos|sparen|aktion|geschenk(?:t)?"),
    common=frozenset(_COMMON.split()),
    apology_that="Es tut mir leid: {clause}.",
    question="Ist {about} damit für Sie geklärt?",
)
