"""What the rules look for in Spanish. Texts are in lower case, see `plain`."""

from followup.domain.letters.sincerity.wording import Phrase, Wording, pattern, words

_SORRY = (
    r"(?:lo (?:siento|sentimos|lamento|lamentamos)|siento|sentimos|lamento|lamentamos|disculpas?"
    r"|disculpe(?:n|nos|me)?|perdón|perdone(?:n|nos|me)?|pido disculpas|pedimos disculpas|mil disculpas)"
)
_DID_WRONG = (
    r"(?:mal|tarde|dos veces|equivocad[oa]s?|erróne[oa]s?|por error|de más|demasiad[oa]|sin avisar\w*|sin"
    r"|nadie|nunca|nada|incorrect[oa]s?|doble|no)"
)
_FAILED = (
    r"(?:fallé|fallamos|hemos fallado|he fallado|le fallamos|nos equivocamos|me equivoqué"
    r"|nos hemos equivocado|me he equivocado|olvidamos|olvidé|hemos olvidado|perdimos|perdí|hemos perdido"
    r"|cometimos|cometí|hemos cometido|he cometido|incumplimos|hemos incumplido|incumplí|retrasamos"
    r"|hemos retrasado|dejamos|hemos dejado|le dejamos|dañamos|rompimos|confundimos|confundí"
    r"|hemos confundido|descuidamos|hicimos esperar|tardamos|hemos tardado|tardé|ignoramos)"
)

_COMMON = """
para pero como este esta esto estos estas desde donde cuando porque sobre entre hasta usted ustedes
nosotros nuestra nuestro más muy todo toda todos todas había habían fue sido está están tiene tenía
también hacer hace algo nada cada otro otra unos unas ellos ella sino sólo solo qué cómo
"""

SPANISH = Wording(
    stock=(
        Phrase(
            pattern(
                r"(?:cualquier|posibles?|eventual(?:es)?|todo tipo de)(?: \w+)? (?:inconvenientes?"
                r"|molestias?|incomodidad(?:es)?|contratiempos?|trastornos?)",
                r"(?:por|disculpen?|perdonen?|lamentamos|sentimos|lamento|siento) (?:todas |todos )?(?:las"
                r"|los|la|el) (?:molestias?|inconvenientes?|incomodidad(?:es)?|contratiempos?"
                r"|trastornos?)(?! de (?!los|la|las|haber|este|esta))",
                r"(?:molestias|inconvenientes) (?:ocasionad|causad|que (?:esto|ello|le|les|haya|pued|hemos"
                r"|hayamos))\w*",
            ),
            "Name what it cost them: “{apology}”",
        ),
        Phrase(
            pattern(
                r"(?:el|la|nuestros) clientes? (?:es|son|siempre)(?: \w+){0,2} (?:primero|primer[oa]s|razón)",
                r"su (?:llamada|opinión|satisfacción|confianza|compra|experiencia|tiempo|fidelidad|lealtad"
                r"|comentario|queja|tranquilidad|seguridad|visita|preferencia)(?: \w+)? (?:es|son|significa"
                r"|nos importa|importa)(?: \w+){0,4}? ?(?:importante|valios[oa]|prioridad|mucho"
                r"|prioritari[oa]|fundamental|esencial|primero|nosotros)?",
                r"(?:valoramos|apreciamos|agradecemos|valoro|aprecio)(?: \w+){0,2}? su (?:confianza|opinión"
                r"|preferencia|fidelidad|lealtad|paciencia|comprensión|comentario|feedback)",
            ),
            "Leave it out: show it by what you do next.",
        ),
        Phrase(
            pattern(
                r"nos esforzamos|nos esmeramos|(?:siempre )?(?:procuramos|intentamos|tratamos de|buscamos"
                r"|trabajamos para|trabajamos cada día|trabajamos día a día)(?: \w+){0,3}? (?:ofrecer|dar"
                r"|brindar|prestar|mejor\w*)",
                r"(?:nos enorgullec\w+|estamos orgullosos de|comprometid[oa]s con|nuestro compromiso)",
                r"(?:máxim[oa]|mejor|más alt[oa]|alt[oa])s? (?:calidad|nivel|estándar|servicio"
                r"|atención)(?:es)?(?: posible)?|altos estándares",
                r"nos ayudan? a (?:seguir )?mejora(?:r|ndo)|seguir mejorando",
            ),
            "Say what you do for them now: “Le envío …”.",
        ),
        Phrase(
            pattern(
                r"(?:estimad[oa]s?|apreciad[oa]s?|querid[oa]s?|distinguid[oa]s?)(?: \w+)? (?:cliente"
                r"|clienta|huésped|usuari[oa]|señor o señora)s?|(?:valios[oa]|apreciad[oa]|estimad[oa]"
                r"|fiel) (?:cliente|clienta)s?|cliente (?:valios[oa]|apreciad[oa]|estimad[oa]|fiel"
                r"|especial)|clientes? como usted",
            ),
            "Call them by their name.",
        ),
        Phrase(
            pattern(
                r"(?:nos )?toma(?:mos|r|ndo|do)(?: \w+){0,5}? (?:muy )?en serio",
                r"tenga la (?:seguridad|certeza)|(?:puede )?estar? segur[oa] de que|le (?:aseguro"
                r"|aseguramos|garantizamos) que|quede tranquil[oa]",
                r"no dude en|no duden en",
                r"(?:gracias|agradecemos|agradezco)(?: de antemano)?(?: por)? su (?:paciencia"
                r"|comprensión)(?: y (?:su )?(?:paciencia|comprensión))?",
                r"quedamos (?:a su (?:entera )?disposición|a la espera)|quedo a su (?:entera )?disposición"
                r"|estamos a su (?:entera )?disposición|a la mayor brevedad(?: posible)?",
                r"lamentamos (?:informarle|comunicarle)|hacernos llegar (?:su|esta)|poner(?:lo"
                r"|se)? en nuestro conocimiento",
            ),
            "Say the one thing you mean, in plain words, or leave it out.",
        ),
        Phrase(
            pattern(
                r"(?:causas|circunstancias|motivos|razones) (?:ajen[oa]s|imprevist[oa]s|técnic[oa]s"
                r"|operativ[oa]s|de fuerza mayor)|fuerza mayor|ajen[oa]s? a nuestra voluntad|(?:problemas"
                r"|dificultades) técnic[oa]s|(?:alt[oa]|gran|elevad[oa]) (?:volumen|demanda|número) de \w+",
            ),
            "Say what happened: name the thing, the day and who did it.",
        ),
    ),
    rules=pattern(
        r"(?:lamentablemente|desafortunadamente|desgraciadamente"
        r"|por desgracia)[^.;]{0,50}? (?:no (?:es posible|podemos|puedo|nos es posible|está permitido"
        r"|se puede|estamos|pudimos)|imposible)",
        r"(?:sentimos|lamentamos|siento|lamento)(?: \w+)? no poder",
        r"(?:según|conforme a|de acuerdo con|en virtud de|por|debido a)(?: \w+)? (?:políticas?|normas?"
        r"|normativas?|términos|condiciones|reglamentos?|reglas|procedimientos?)",
        r"(?:la|nuestra|las|nuestras|es) (?:\w+ )?(?:políticas?|normas?|normativas?"
        r"|reglas)(?: \w+){0,4}? (?:no (?:lo |nos |le )?(?:permite|permiten|contempla|contemplan|admite)"
        r"|impide|impiden|obliga|exige|establece|es clara)",
        r"(?:es|son) (?:la |nuestra |nuestras |las |una )?(?:polític[oa]s?|normas?)(?: \w+)?"
        r"|políticas? de (?:la empresa|la casa|devolución|devoluciones|cancelación)",
        r"(?:el|nuestro) (?:sistema|procedimiento|reglamento) no (?:\w+ )?(?:permite|contempla|admite|deja)",
        r"no estamos (?:autorizados|en condiciones|en posición)|no (?:me|nos) está permitido"
        r"|las normas son las normas|no nos es posible",
        harmless=words(
            r"su póliza",
            r"polític[oa]s?(?: \w+){0,3}? (?:(?:le|les) (?:da|permite|concede|reconoce)|era|estaba"
            r"|ha cambiado)",
            r"(?:hemos|he) cambiado[^.;]*",
        ),
    ),
    promises=pattern(
        r"(?:nunca|jamás) (?:más )?(?:\w+ ){0,3}?(?:volverá|volveremos|vuelva|ocurrirá|pasará|sucederá"
        r"|se repetirá)|nunca más|jamás volverá\w*",
        r"no (?:volverá|vuelva|volveremos|volverán) a (?:ocurrir|pasar|suceder|repetirse|fallar\w*|darse)"
        r"|no se (?:repetirá|repita|volverá a repetir|vuelva a repetir)",
        r"que (?:esto|algo así)(?: \w+)? no (?:se repita|vuelva|pase|ocurra|suceda)(?: \w+)*"
        r"|evitar que (?:\w+ ){0,4}?(?:repita|vuelva|ocurra|suceda|pase)(?: \w+)*",
        r"(?:lo haremos|haremos(?:lo)?|lo haré|hacerlo|seremos|seré|intentaremos hacerlo) (?:mucho )?mejor"
        r"|(?:vamos a|para|seguiremos|intentaremos|trabajamos para|trabajaremos para|trabajando para"
        r"|esforzaremos por) (?:\w+ )?mejorar|mejoraremos|mejorando",
        r"(?:la )?próxima vez|en (?:el futuro|adelante|lo sucesivo)(?: \w+)*|(?:hemos aprendido"
        r"|aprenderemos|hemos tomado nota|aprendemos) (?:de )?(?:\w+ ?){0,3}|(?:tomaremos|hemos tomado"
        r"|estamos tomando|tomado)(?: \w+)? medidas|tendremos más cuidado|más cuidado",
    ),
    intensifiers=pattern(
        r"(?:muy|realmente|verdaderamente|profundamente|sinceramente|sumamente|extremadamente|enormemente"
        r"|tan|de verdad|de corazón|muchísimo|infinitamente|terriblemente|absolutamente|totalmente"
        r"|inmensamente)(?:,| y|, y)? (?:muy|realmente|verdaderamente|profundamente|sinceramente|sumamente"
        r"|extremadamente|enormemente|tan|de verdad|de corazón|muchísimo|infinitamente|terriblemente"
        r"|absolutamente|totalmente|inmensamente)",
        r"(?:muy,? ){2,}|mucho,? (?:muchísimo|mucho|de verdad|de corazón)",
    ),
    forgiveness=pattern(
        r"perd(?:one|onen|ónenos|óneme|onarnos|onarme|onar|ón)(?:nos|me)?|perdona(?:nos|me)",
        harmless=words(
            r"(?:no )?(?:pido|pedimos|esperamos|espero) (?:que )?(?:\w+ )?(?:perdón por|perdón)(?= por)",
        ),
    ),
    apology=pattern(
        r"(?:lo|le|les)? ?(?:siento|sentimos|lamento|lamentamos)(?= |,|\.|!|$)",
        r"(?:pido|pedimos|pedirle|pedirles|presento|presentamos|presentarle|ofrezco|ofrecemos|ruego|rogamos"
        r"|mis|nuestras|mil) (?:\w+ ){0,3}?(?:disculpas|disculpe|perdón)|disculpas|disculpe(?:nos|me|n)?"
        r"|perdón|perdone(?:nos|me|n)?",
        harmless=words(
            r"no (?:hace falta|tiene|necesita|es necesario)(?: \w+){0,3}? (?:disculp\w+|pedir disculpas)",
            r"(?:unas|una|las|mis|nuestras) disculpas? no \w+",
            r"(?:siento|sentimos) (?:que lo mejor|como|curiosidad|orgullo)|nos sentimos|me siento",
            r"(?:lamento|lamentamos|sentimos|siento) (?:\w+ )?(?:informarle|comunicarle|no poder)",
        ),
    ),
    conditional=pattern(
        rf"{_SORRY}(?: \w+){{0,4}}?,? (?:si|en caso de que|en el caso de que)(?!\w)",
        rf"(?:^|[,;] )si [^.;]{{3,80}}, (?:le |les )?{_SORRY}",
        rf"{_SORRY} (?:mucho )?que (?:usted )?(?:se )?(?:haya |hayan |hubiera )?(?:sienta|sentido|sintiera"
        rf"|esté|estuviera|encuentre|quedado|quedara)(?: \w+)? ?(?:así|molest[oa]|insatisfech[oa]"
        rf"|descontent[oa]|decepcionad[oa]|disgustad[oa]|ofendid[oa]|mal)?",
        rf"{_SORRY} (?:mucho )?que (?:haya |hayan |hubiera )?(?:tenido|tuviera|tenga) (?:que"
        rf"|motivos? para) (?:quejarse|reclamar|presentar|ponerse|escribir\w*|contactar\w*|poner|formular"
        rf"|dirigirse)",
        rf"{_SORRY} (?:mucho )?que (?:le|usted|lo) (?:\w+ )?(?:parezca|pareciera|crea|piense|considere"
        rf"|perciba|vea|resulte|moleste|haya parecido)",
        rf"{_SORRY}[^.;]{{0,40}}? (?:cualquier|posibles?|eventual(?:es)?) (?!inconveniente|molestia"
        rf"|incomodidad|contratiempo|trastorno)\w+",
        rf"{_SORRY}[^.;]{{0,60}}? (?:haya|hayan|pudiera|pudieran|pueda|puedan|hubiera"
        rf"|hubiese)(?: haber)? (?:podido )?(?:causado|causar\w*|ocasionado|ocasionar\w*|molestad[oa]"
        rf"|molestar\w*|ofendid[oa]|ofender\w*)",
    ),
    turn=pattern(
        rf"{_SORRY}.*?(?<!\w)(?:pero|sin embargo|no obstante|aunque|ahora bien|si bien)(?!\w)",
        harmless=words(
            r"no (?:solo|sólo|solamente)[^.;]*? sino(?: también)?",
            rf"{_SORRY} que (?:le |lo |la |les )*\w+mos(?!\w)[^;]*? pero (?:no |nunca |luego |después "
            rf"|solo |lo |la |le |se )*\w+mos(?!\w)",
        ),
    ),
    owning=pattern(
        r"(?:asumo|asumimos|acepto|aceptamos|me hago|nos hacemos|es|fue|era|tengo|tenemos|cargo con"
        r"|reconozco|reconocemos)(?: \w+){0,4}? (?:responsabilidad|responsables?|culpa|error|fallo)",
        r"(?:mi|nuestr[oa])s? (?:error|culpa|fallo|falta|responsabilidad|descuido|equivocación)(?:es)?"
        r"|(?:error|culpa|fallo|falta|responsabilidad|descuido) (?:es |fue |ha sido |son )?(?:mí[oa]"
        r"|nuestr[oa])",
        _FAILED,
        rf"(?:enviamos|entregamos|cobramos|dimos|mandamos|reservamos|hicimos|pusimos|llegamos|avisamos"
        rf"|cumplimos|respondimos|contestamos|atendimos|cancelamos|servimos|tratamos|llamamos|leí|puse"
        rf"|envié|di|hice|miré|apunté|escribí|escribimos|apuntamos|cambiamos|hemos \w+[ai]do|he \w+[ai]do"
        rf"|le hemos \w+)(?=[^.;]*{_DID_WRONG}(?!\w))",
        r"(?:no|nunca) (?:le |lo |la |les |se lo |se la )?(?:entregamos|enviamos|avisamos|llamamos"
        r"|respondimos|contestamos|cumplimos|llegamos|revisamos|comprobamos|dijimos|hicimos|atendimos"
        r"|supimos|estuvimos|explicamos|hemos \w+[ai]do|he \w+[ai]do|comprobé|revisé|avisé|llamé|contesté"
        r"|respondí|cumplí|leí|miré)",
        r"(?:debí|debimos|debería|deberíamos|tendría que|tendríamos que|hubiéramos debido|debíamos)(?: \w+)*",
        harmless=words(
            r"(?:hemos|he) (?:recibido|visto|leído|hablado|podido|encontrado|sabido)",
            r"no (?:hemos|he) (?:recibido|visto|encontrado|podido|sabido)",
            r"(?:si|aunque) (?:nos|le|hemos|cometimos|fallamos)[^,;.]*",
            r"no (?:es|fue|era|ha sido) (?:\w+ )?(?:culpa|error|responsabilidad)(?: \w+)? ?(?:mí[oa]"
            r"|nuestr[oa])?",
        ),
    ),
    upsell=pattern(
        r"(?:descubra|eche un vistazo|visite|explore|conozca|consulte|aproveche"
        r"|no se pierda) (?:a )?(?:nuestr[oa]s?|la|las|los|el|estas?)(?: \w+)? ?(?:nuev[oa]s?"
        r"|coleccion(?:es)?|ofertas?|productos|catálogo|tienda|novedades|promocion(?:es)?)?|novedades"
        r"|nueva colección|boletín|newsletter|oferta especial|ofertas especiales|por tiempo limitado"
        r"|programa de fidelidad|mejore su|dese un capricho|compra mínima|pedido mínimo|(?:esperamos|espero"
        r"|deseamos)(?: \w+){0,3}? (?:su )?próxim[oa] (?:compra|pedido|visita|reserva|viaje)"
        r"|compre (?:ahora|ya)|ya que está",
    ),
    invitation=pattern(
        r"(?:escríba|escriba|lláme|llame|respónda|responda|contést|contest|díga|diga|cuénte|cuente|avíse"
        r"|avise|indíque|indique|háganos|hágame|envíe|mánde)\w*(?= |,|\.|$)",
        r"(?:puede|basta con|basta|solo tiene que) (?:\w+ )?(?:escribir|llamar|responder|contestar|decirme"
        r"|decirnos|localizar|contactar)\w*|(?:póngase|ponerse) en contacto|contácte\w*|contacte con"
        r"|espero su respuesta|quedo a la espera de su|me encuentra en|mi (?:número|teléfono|extensión) es"
        r"|responder a este (?:correo|mensaje|email)|respondiendo a este|(?:quedo|estoy) a su disposición",
        harmless=words(
            r"(?:no (?:hace falta|tiene|tendrá|es necesario|necesita)(?: \w+){0,3}? (?:que )?(?:responda"
            r"|conteste|escriba|llame|diga)\w*)",
            r"contest(?:amos|ó|aron|ado|é)|no (?:diga|cuente)",
            r"(?:cuente|cuenta) con",
        ),
    ),
    unread=pattern(
        r"no (?:responda|conteste) a este|mensaje automático|correo automático|generado automáticamente"
        r"|enviado automáticamente|no (?:se )?(?:supervisa|atiende|lee|revisa)\w*"
    ),
    offering=pattern(
        r"ofertas?|descuentos?|gratis|regalos?|promoción|promociones|rebajas?|ahorre|cupón|vale"
    ),
    common=frozenset(_COMMON.split()),
    apology_that="Lo siento: {clause}.",
    question="¿Queda resuelto así lo de {about}?",
)
