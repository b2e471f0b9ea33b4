"""What the rules look for in French. Texts are in lower case, see `plain`."""

from followup.domain.letters.sincerity.wording import Phrase, Wording, pattern, words

_SORRY = (
    r"(?:désolée?s?|navrée?s?|regrett(?:e|ons)|excuses?|excus(?:ez|er)(?:-(?:nous|moi))?|pardon|m'excuser?"
    r"|nous excuser|m'excuse|nous excusons|confuse?s?)"
)
_DID_WRONG = (
    r"(?:trop|mal|deux fois|en retard|par erreur|mauvaise?s?|sans|jamais|personne|rien|fausse?s?|tard"
    r"|à tort|en double|au lieu|pas|ni)"
)

_COMMON = """
pour mais avec dans cette votre vous nous notre vos leur leurs sont était étaient avait avaient avez
avons plus tout tous toute toutes comme quand parce que depuis avant après chez sans sous elle elles
même aussi bien très fait faire être cela celui celle dont puis alors encore jamais
"""

FRENCH = Wording(
    stock=(
        Phrase(
            pattern(
                r"(?:tout|toute|éventuel(?:le)?s?|quelconque|possibles?)(?: \w+)? (?:désagréments?"
                r"|inconvénients?|gênes?|dérangements?|contretemps)",
                r"(?:pour|regrettons|regrette|excuser|déplorons) (?:tous |toutes )?(?:les?|la|ces?|cet"
                r"|cette) (?:désagréments?|inconvénients?|gênes?|dérangements?|contretemps)(?! (?:d'avoir"
                r"|de devoir|de deux|de trois))",
                r"(?:gêne|désagréments?|inconvénients?|dérangements?) (?:occasionn|caus|engendr|subi"
                r"|que (?:cela|ceci|cette|nous))\w*",
            ),
            "Name what it cost them: “{apology}”",
        ),
        Phrase(
            pattern(
                r"(?:votre|vos) (?:appel|satisfaction|avis|confiance|fidélité|opinion|temps|confort"
                r"|expérience|sécurité|réclamation|achat|commande|retour|clientèle|voyage|séjour|remarque"
                r"|remarques)(?: \w+)? (?:est|sont|compte|nous tient|nous tiennent|nous importe"
                r"|reste)(?: \w+){0,4}? ?(?:importante?|précieu\w+|priorité|cœur|coeur|beaucoup"
                r"|préoccupation|essentielle?|primordiale?)",
                r"(?:nous |j')?(?:apprécions|apprécie|accordons|tenons à)(?: \w+){0,4}? (?:votre"
                r"|vos) (?:confiance|fidélité|avis|patience|compréhension|retour|satisfaction)"
                r"|(?:importance|prix) à (?:votre|vos|la) (?:satisfaction|avis|confiance)",
            ),
            "Leave it out: show it by what you do next.",
        ),
        Phrase(
            pattern(
                r"(?:nous nous efforçons|nous efforçons|nous mettons tout en œuvre|mettons tout en (?:œuvre"
                r"|oeuvre)|mettre tout en (?:œuvre|oeuvre)|tout mettre en (?:œuvre|oeuvre)"
                r"|nous faisons (?:toujours |tout )?(?:notre|de notre|tout)(?: \w+)? (?:mieux|possible))",
                r"(?:avons|ai) à (?:cœur|coeur) (?:de|d')|nous nous engageons à (?:vous )?(?:offrir|fournir"
                r"|améliorer|garantir)|soucieux de|attachons? (?:une |la )?(?:grande"
                r"|plus grande) importance|mettons un point d'honneur",
                r"(?:meilleure?|haute|plus haute|plus haut|meilleur) (?:qualité|service|niveau)(?: possible"
                r"| de (?:service|qualité))?|qualité de service",
                r"nous (?:aide|aident|permet|permettent)(?: à| de| d')(?: \w+)? ?(?:nous )?(?:améliorer"
                r"|progresser)|sans cesse (?:nous )?améliorer|améliorer (?:sans cesse|continuellement"
                r"|en permanence)",
            ),
            "Say what you do for them now: “Je vous envoie …”.",
        ),
        Phrase(
            pattern(
                r"(?:chère?s?|précieu(?:x|se)s?|estimée?s?|fidèles?|précieux) (?:\w+ )?(?:clients?|cliente"
                r"|clientes|clientèle|voyageurs?|usagers?|hôtes?)|clients? (?:fidèles?|précieux"
                r"|privilégiée?s?|estimée?s?)|madame, monsieur",
            ),
            "Call them by their name.",
        ),
        Phrase(
            pattern(
                r"(?:prenons|prends|pris|prendre|prise)(?: \w+){0,5}? (?:très )?au sérieux",
                r"soyez (?:assurée?s?|certaine?s?|sûre?s?|persuadée?s?|rassurée?s?)|(?:pouvez"
                r"|peux) (?:\w+ )?(?:être )?(?:assurée?s?|rassurée?s?)|nous (?:vous )?assurons"
                r"|je vous assure",
                r"n'hésitez (?:pas|surtout pas)",
                r"(?:merci|remercions|remercie)(?: \w+){0,3}? (?:pour |de )?votre (?:patience"
                r"|compréhension)(?: et (?:de )?votre \w+)?",
                r"(?:restons|reste|demeurons|tenons|tiens)(?: \w+)? (?:à votre (?:entière )?disposition)"
                r"|dans les (?:plus brefs|meilleurs) délais",
                r"(?:avons le regret|au regret|regret) de vous|porté (?:cela|ceci|ce \w+"
                r"|ces \w+) à notre (?:attention|connaissance)|à notre (?:attention|connaissance)",
            ),
            "Say the one thing you mean, in plain words, or leave it out.",
        ),
        Phrase(
            pattern(
                r"(?:circonstances|raisons|causes|motifs) (?:indépendantes?s? de notre volonté|imprévues?"
                r"|exceptionnelles?|techniques?|opérationnelles?)|indépendante?s? de notre volonté"
                r"|force majeure|(?:problèmes?|difficultés?|incident|raisons?) techniques?|(?:fort|grand"
                r"|important)e? (?:volume|nombre|affluence|demande) (?:d'|de )?\w*",
            ),
            "Say what happened: name the thing, the day and who did it.",
        ),
    ),
    rules=pattern(
        r"(?:malheureusement|hélas)[^.;]{0,60}? (?:ne (?:pouvons|peux|pourrons|pouvait|sommes|suis"
        r"|permet\w*|peut)|n'(?:est|avons|ai|êtes)|impossible|pas possible)",
        r"(?:ne pouvons|ne peux|ne sommes|nous est|m'est)(?: \w+)? malheureusement",
        r"(?:regret|regrettons|désolée?s?) de ne (?:pas )?pouvoir|(?:dans l'impossibilité|pas en mesure) de",
        r"(?:conformément à|selon|en vertu de|d'après|au regard de|en raison de"
        r"|suivant)(?: \w+)? (?:politique|conditions(?: générales)?|règlement|règles|procédures?|cgv|termes)",
        r"(?:nos|notre|les|la|le) (?:\w+ )?(?:politique|conditions(?: générales)?|règlement|règles"
        r"|procédures?|cgv|consignes?)(?: [\w']+){0,5}? (?:ne (?:nous |me |le )?(?:permet|permettent"
        r"|prévoit|prévoient|autorise|autorisent)|interdit|interdisent|impose|imposent|exige|exigent"
        r"|stipule|stipulent|est formel\w*|prévoit|prévoient)",
        r"c'est (?:la|notre) (?:politique|règle|règlement|procédure)|(?:politique"
        r"|règlement) (?:de la maison|de l'entreprise|interne)|(?:notre|le) système ne (?:nous )?permet"
        r"|pas (?:autorisés?|habilités?) à|le règlement, c'est le règlement|la règle est la règle",
        harmless=words(
            r"police d'assurance",
            r"(?:avons|ai) changé[^.;]*",
            r"(?:politique|règlement|règle) (?:vous (?:donne|permet|accorde)|était)",
        ),
    ),
    promises=pattern(
        r"ne (?:se )?(?:\w+ )?(?:reproduira|reproduise|produira|répétera|répète|arrivera|arrive"
        r"|recommencera|recommence|renouvellera|renouvelle)(?: \w+)? (?:plus|pas|jamais)(?: \w+)*",
        r"(?:plus jamais|jamais plus)(?: \w+)*|n'arriv(?:era|e) (?:plus|jamais)(?: \w+)*",
        r"(?:ferons|ferai|faire|allons faire|vais faire|tâcherons de faire|serons"
        r"|essaierons de faire) (?:\w+ )?mieux",
        r"(?:allons|vais|nous efforcerons d'|à|de|d'|pour|afin d') ?(?:nous |m')?améliorer"
        r"|(?:nous nous améliorerons|améliorerons)",
        r"(?:à l'avenir|la prochaine fois)(?: \w+)*|(?:dorénavant|désormais),? nous(?: \w+)*r(?:ons|a)"
        r"|(?:tirerons?|tirer|tirons|tiré|tirées?|avons tiré)(?: \w+){0,2}? (?:leçons?|enseignements?"
        r"|conséquences)",
        r"(?:éviter|empêcher|faire en sorte)(?: [\w']+){0,8}? (?:se reproduise|reproduisent|reproduire"
        r"|recommence|se répète|arrive)(?: \w+)*|(?:mesures|dispositions)(?: \w+){0,3}? (?:prises?|prendre"
        r"|prendrons)|(?:prendrons|prenons|prendre|avons pris)(?: \w+){0,2}? (?:mesures|dispositions)"
        r"|plus (?:vigilants?|attentifs?|attention)",
        harmless=words(
            r"mieux que",
        ),
    ),
    intensifiers=pattern(
        r"(?:très|vraiment|sincèrement|profondément|extrêmement|infiniment|tellement|terriblement|si"
        r"|absolument|réellement|énormément|franchement|tout à fait|immensément|particulièrement"
        r"|du fond du cœur|mille fois)(?:,| et|, et)? (?:très|vraiment|sincèrement|profondément|extrêmement"
        r"|infiniment|tellement|terriblement|si|absolument|réellement|énormément|franchement|tout à fait"
        r"|immensément|particulièrement|sincères|profondes)",
    ),
    forgiveness=pattern(
        r"pardonn(?:er|ez|e|erez|iez)(?:-(?:nous|moi))?|(?:votre|le|un) pardon|demand(?:e|ons) pardon"
        r"|(?:nous|m') ?en (?:tenir|vouloir)|ne (?:nous|m'en) (?:en )?(?:veuillez|voulez|tenez) pas"
        r"|votre indulgence",
    ),
    apology=pattern(
        r"désolée?s?|navrée?s?|(?:vous )?présent(?:e|ons|er)(?: \w+){0,4}? excuses|(?:mes|nos|toutes mes"
        r"|toutes nos|sincères) (?:\w+ )?excuses|excus(?:ez)(?:-(?:nous|moi))?|(?:m'|nous )excuser|m'excuse"
        r"|nous (?:nous )?excusons|(?:je|nous) (?:\w+ )?regrett(?:e|ons)|pardon(?!n)",
        harmless=words(
            r"(?:pas|sans|besoin|nul besoin)(?: \w+){0,4}? (?:vous )?(?:excuser|d'excuses?|d'excuse)",
            r"(?:des|mes|nos|les|ces) excuses ne [\w']+ pas",
            r"(?:au|le) regret de vous|désolée?s? de ne (?:pas )?pouvoir",
        ),
    ),
    conditional=pattern(
        rf"{_SORRY}(?: \w+){{0,4}}?,? (?:si|s'il|s'ils|au cas où|dans le cas où|pour le cas où)",
        rf"(?:^|[,;] )(?:si |s'il)[^.;]{{3,80}}, (?:nous |je |j'en |nous en )?(?:\w+ ){{0,3}}?{_SORRY}",
        rf"{_SORRY} (?:\w+ )?(?:que|d'apprendre que|de savoir que) vous (?:\w+ )?(?:ressenti\w*"
        rf"|ayez ressenti|soyez|sentiez|êtes|ayez été|avez été)(?: \w+){{0,2}}? ?(?:déçue?s?|mécontente?s?"
        rf"|insatisfaite?s?|contrariée?s?|vexée?s?|fâchée?s?|froissée?s?|ainsi|cela)",
        rf"{_SORRY} (?:\w+ )?que vous (?:vous )?(?:ressentiez|pensiez|perceviez|trouviez|considériez|jugiez"
        rf"|estimiez|sentiez|le preniez|preniez|voyiez|ayez (?:pensé|perçu|trouvé|jugé|ressenti))",
        rf"{_SORRY} (?:\w+ )?que vous ayez (?:dû|eu à|été contrainte?s? de|eu (?:besoin|lieu) de"
        rf"|eu des raisons de) (?:vous plaindre|réclamer|nous (?:écrire|contacter|relancer|signaler)"
        rf"|faire une|déposer|vous adresser)",
        rf"{_SORRY}[^.;]{{0,40}}? (?:éventuel(?:le)?s?|tout|toute|quelconque) (?!désagrément|inconvénient"
        rf"|gêne|dérangement|contretemps|le |la |ce |cela)(?:\w+)",
        rf"{_SORRY}[^.;]{{0,60}}? (?:aurait|auraient|avons|ayons|a|ait|aient"
        rf"|pouvons)(?: \w+)? pu(?: \w+)? (?:causer|occasionner|vous|provoquer|blesser|heurter|froisser)",
    ),
    turn=pattern(
        rf"{_SORRY}.*?(?<!\w)(?:mais|cependant|toutefois|néanmoins|pourtant|bien que|quoique|même si"
        rf"|or)(?!\w)",
        harmless=words(
            r"(?:non|pas) (?:seulement|uniquement|que)[^.;]*? mais(?: aussi| encore)?|mais aussi|mais encore",
            r"(?:personne|rien)(?: \w+)? (?:d'autre )?(?:que|mais)",
            rf"{_SORRY} (?:que nous|que j'|d')[^;]*? mais (?!(?:nous|notre|nos|le|la|les|il|elle|ils"
            r"|ce|c'|vous|votre|vos|un|une|des|en|dans|à|je|j'|cela|on|cette|ces|l'|malheureusement|parfois"
            r"|mon|ma))\w+",
        ),
    ),
    owning=pattern(
        r"(?:assume|assumons|prends|prenons|porte|portons|reconnais|reconnaissons|accepte|acceptons"
        r"|endosse)(?: [\w']+){0,5}? (?:responsabilité|torts?|faute|erreurs?)",
        r"(?:je suis|nous sommes|nous en sommes|j'en suis)(?: (?!pas)\w+){0,2} (?:responsables?|fautifs?"
        r"|en tort|en faute)",
        r"(?:notre|ma|mon|nos) (?:propre )?(?:faute|erreurs?|tort|responsabilité|fait|oubli|négligence"
        r"|manquement|étourderie)|(?:de notre|de ma) (?:faute|fait)|(?:vient|venait|incombe|revient"
        r"|tient) (?:de|à) (?:nous|moi)",
        r"(?:nous |je |j')(?:vous |l'|en |y |lui |leur )*(?:avons|ai)(?: \w+){0,2}? (?:failli|manqué|oublié"
        r"|perdu|abîmé|cassé|ignoré|négligé|retardé|égaré|confondu|inversé|raté|déçu|fait attendre"
        r"|fait perdre|laissé|trompés?|commis|mal)",
        r"(?:nous nous sommes|je me suis) (?:\w+ )?trompé\w*",
        rf"(?:nous |je |j')(?:ne |n')?(?:vous |l'|en |y |lui |leur |les |le |la )*(?:avons|ai|sommes|suis"
        rf"|avions|avais)(?=[^.;]*(?<!\w){_DID_WRONG}(?!\w))",
        r"(?:nous |je |j')(?:vous )?(?:aurions|aurais|devions|devais)(?: \w+)* ?(?:dû)?",
        r"(?:nous|je) (?:vous )?dev(?:ons|ais|ions) (?:mieux|autre|plus)",
        harmless=words(
            r"ne (?:\w+ )?(?:sommes|suis|pouvons|peux) pas[^.;]*|n'(?:avons|ai) pas (?:reçu|trouvé|encore"
            r"|pu|voulu|su|de)",
            r"(?:si|même si) (?:nous|j'|je)[^,;.]*",
            r"(?:pas|n'est) (?:de )?(?:notre|ma) (?:faute|erreur|responsabilité)",
        ),
    ),
    upsell=pattern(
        r"(?:découvr(?:ez|ir)|parcour(?:ez|ir)|profitez de|jetez un œil|explorez|consultez|visitez"
        r"|venez découvrir)(?: \w+){0,2}? (?:nos|notre|la|les|nouvelle|nouvelles)(?: \w+)?|nouveautés"
        r"|nouvelle collection|newsletter|lettre d'information|offres? (?:spéciales?|exclusives?)"
        r"|durée limitée|programme de fidélité|faites-vous plaisir|minimum d'achat|(?:à partir"
        r"|dès) de \d+ ?(?:€|euros?) d'achat|surclass\w+|(?:espérons|espère|attendons|réjouissons"
        r"|hâte)(?: [\w']+){0,4}? (?:prochaine? (?:commande|achat|visite|séjour|voyage|réservation))"
        r"|pendant que vous y êtes|tant que vous y êtes|achetez",
    ),
    invitation=pattern(
        r"(?:écrivez|appelez|répondez|dites|téléphonez|joignez|contactez|envoyez|faites|indiquez|rappelez"
        r"|signalez)(?:-(?:moi|nous|le-moi|le-nous))(?: savoir)?",
        r"(?:répondez|répondre|répondant)(?: [\w']+){0,2}? à ce(?:t e-mail| mail| message| courriel)"
        r"|(?:pouvez|suffit de)(?: \w+)?(?: me| m'| nous| m')? ?(?:joindre|appeler|écrire|répondre"
        r"|contacter|téléphoner|dire)|faites-(?:le-)?(?:moi|nous)(?: le)? savoir|mon (?:numéro|téléphone"
        r"|poste) est|votre réponse|j'attends (?:votre|de vos)|prenez contact|un (?:mot"
        r"|simple mail) (?:suffit|de vous)",
        harmless=words(
            r"(?:pas besoin|inutile|n'avez pas|n'aurez pas|n'avez rien)(?: \w+){0,3}? (?:répondre|écrire"
            r"|appeler|dire|faire)(?: [\w']+){0,4}",
            r"(?:avez dû|eu à|avoir à|devoir) (?:nous|m'|me) ?\w+",
            r"(?:à|dans|de) votre réponse",
        ),
    ),
    unread=pattern(
        r"ne (?:pas )?répond(?:re|ez)(?: pas)? à ce|message automatique|e-mail automatique"
        r"|envoyé automatiquement|généré automatiquement|n'est pas (?:lue?|surveillée?|consultée?|relevée?)"
    ),
    offering=pattern(
        r"offres?|remises?|réductions?|gratuite?s?|cadeaux?|promotions?|promo|soldes|économisez|bon d'achat"
    ),
    common=frozenset(_COMMON.split()),
    apology_that="Je suis désolé : {clause}.",
    question="Est-ce que cela règle {about} pour vous ?",
)
