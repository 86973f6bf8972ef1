"""What a message in danger sounds like: patterns by category, and the frames that take a match back.

Plain regular expressions over normalised text (see bot.safety.text), English and common Spanish. Imports nothing of ours, and
only what the engine's older Python packages have too. A pattern names a way of speaking, not a sentence somebody once wrote.
"""

import re

_WANT = (
    r"(?:want(?:ed|ing|s)?|wanna|wish(?:ing)?|need(?:ed)?|go(?:nna|ing)|plan(?:s|ning|ned)?|ready|about|try(?:ing|na)?|tried|inten[dt](?:ing|s)?|decided|hop(?:e|ing)|"
    r"would rather|thinking (?:of|about)|thoughts? (?:of|about)|feel like|urges?|pray(?:ing)?|deserve|beg(?:ging)?)"
)
_SELF_END = (
    r"(?:kil(?:l|ls|led|ling)? (?:(?:my|me|him|her|them|our)\s?sel(?:f|ves)|my own self)(?! laughing)|end(?:ing|ed)? (?:my (?:own )?(?:life|existence|misery|suffering|pain|story)|it all|this life|things for good)|"
    r"(?:take|taking|took|takes) (?:my|his|her|their) (?:own )?li(?:fe|ves)|"
    r"(?:hang(?:ing|ed)?|shoot(?:ing)?|shot|drown(?:ing|ed)?|stab(?:bing|bed)?|poison(?:ing|ed)?|gas(?:sing)?) (?:my|him|her|them)sel(?:f|ves)|"
    r"unaliv(?:e|ed|ing)|become unalive|(?<!\d )(?<!\d)kms|kys'?ing|sewer ?slid(?:e|ing)|self[- ]?delet(?:e|ing)|catch(?:ing)? the bus|ctb|"
    r"jump(?:ing)? (?:off (?:a|the|this|that|my) (?:bridge|roof|building|balcony|cliff|overpass|edge)|in front of (?:a|the) (?:train|bus|car|truck|lorry)|from (?:a|the) (?:bridge|roof|balcony|building))|"
    r"slit(?:ting)? (?:my|his|her) (?:wrists?|throat)|blow(?:ing)? my (?:head|brains) off|put(?:ting)? a bullet in my)"
)
_DEAD = r"(?:die|dead|be gone for ?ever|be gone for good|not be alive|not exist|stop existing|cease to exist|disappear for ?ever|sleep for ?ever|never wake(?: up)?|not wake(?: up)?|be no more|be with (?:him|her|them) in heaven)"
_PERSON = r"(?:husband|wife|partner|boyfriend|girlfriend|bf|gf|ex|mum|mom|dad|mother|father|brother|sister|son|daughter|kids?|child(?:ren)?|baby|boss|neighbou?r|roommate|flatmate|family|parents?|stepdad|stepmum|stepmom|stepfather|stepmother|uncle|cousin|teacher|classmates?|coworkers?|colleagues?|grandpa|grandma|grandad|carer|friend)"
_MEDICINES = r"(?:pills?|tablets?|tabs?|capsules?|meds|medications?|medicines?|paracetamol|tylenol|acetaminophen|ibuprofen|aspirin|xanax|ambien|oxy\w*|insulin|lithium|antidepressants?|sleeping \w+|pastillas|tabletas)"

# category -> patterns that name present danger; never outvoted
CRISIS: dict[str, tuple[str, ...]] = {
    "medical_emergency": (
        r"\b(?:took|taken|swallowed|taking|take|downed|ate) (?:\w+ ){0,3}(?:whole|entire|full) (?:\w+ )?(?:bottle|pack(?:et)?|box|strip|blister|lot)\b",
        rf"\b(?:took|swallowed|taken|downed|ate|had) (?:\w+ ){{0,3}}(?:too many|all (?:of )?(?:my|the|his|her|their)|a (?:bunch|handful|fistful|load|lot) of|[2-9]\d|1\d\d|twenty|thirty|forty|fifty) (?:\w+ ){{0,3}}{_MEDICINES}\b",
        r"\bi took (?:[2-9]\d|1\d\d) (?!mg|years|days|minutes|pictures|photos|steps|weeks|hours)\w+",
        r"\b(?:i|i'?ve|ive|he|she|they|my \w+|just|have|has) (?:\w+ ){0,2}(?:overdosed|od'?d)\b(?! on (?!\w*(?:pill|tablet|med|paracet|tylenol|ibu|heroin|fent|oxy|xan|sert|insulin)))",
        r"\b(?:took|taken|taking) an (?:overdose|od)\b|\boverdosing (?:right )?now\b|\bthis is an overdose\b|\bsobredosis\b",
        r"\b(?:can'?t|cannot|cant|unable to|struggling to|hard to|couldn'?t) (?:breathe|breath|swallow)\b(?! (?:through|out of) (?:my|your|the|his|her) nose)(?=.*\b(?:now|help|swell\w*|hives|throat|tongue|lips|chest|after|pills?|tablets?|blue|ambulance|please|allerg\w*|nuts?)\b)|^\W*(?:i |she |he )?(?:can'?t|cant|cannot) breathe[.!]*$",
        r"\b(?:not|stopped|isn'?t|isnt|barely) breathing\b|\b(?:won'?t|wont|can'?t|cant) wake (?:him|her|them|up my \w+|my \w+)\b|\b(?:is|found (?:him|her|them)|lying|and|now|completely) unresponsive\b|\bunconscious\b(?! (?:bias|mind|beliefs?|thoughts?|patterns?|drives?))|\bturning blue\b|\bno (?:tiene|hay) pulso\b|\bno respira\b|\bno puedo respirar\b",
        r"\b(?:throat|tongue|airway) (?:\w+ ){0,3}(?:closing|swelling|swollen|swells)\b|\bcrushing\b.{0,40}\b(?:chest|breast ?bone)\b|\b(?:chest|breast ?bone)\b.{0,40}\bcrushing\b",
        r"\b(?:took|tom[eéó]|tomado|swallowed|trag[oóué]+)\b.{0,30}\b(?:todas|muchas|todo el frasco|toda la caja)\b",
        r"\b(?:drank|drunk|swallowed) (?:\w+ ){0,3}(?:bleach|antifreeze|drain cleaner|rat poison|weed ?killer)\b|\bhaving a seizure\b|\bseizing\b(?! the)|\bbleeding (?:and )?(?:won'?t|wont|doesn'?t|will not) stop\b|\bbleed(?:ing)? out\b",
    ),
    "harm_to_others": (
        rf"\b(?:kill|stab|shoot|strangle|murder|poison|slaughter) (?:him|her|them|everyone|everybody|somebody|someone|people|a person|(?:all|both) of them|my (?:\w+ )?{_PERSON})\b",
        rf"\b(?:{_WANT}) (?:to )?(?:hurt|harm|attack|beat up|choke|punish|smother|shake) (?:him|her|them|everyone|somebody|someone|people|others|my (?:\w+ )?{_PERSON})\b",
        r"\bhomicidal\b|\b(?:going to|going|gonna|want(?:s|ed)? to|wanna|plan(?:s|ning)? to|ima|imma|finna) shoot (?:up|(?:at )?the school|everyone)\b|\bmake (?:him|her|them|everyone) (?:all )?pay\b.{0,30}\b(?:gun|knife|blood|die|dead|hurt|tonight|tomorrow|monday)\b",
        r"\b(?:voices?|demons?|god|satan|the devil|something in my head)\b.{0,30}\b(?:tell(?:ing|s)?|say(?:ing|s)?|want(?:s|ing)?|command(?:ing|s)?|order(?:ing|s)?|instruct\w*|force\w*)\b.{0,40}\b(?:kill|hurt|harm|stab|terrible|awful|bad things|violen\w*|pain|him|her|them|child|baby|people|myself|do it)\b",
        r"\b(?:commands?|commanding|ordering|telling|urging)\b(?: me)?(?: to)? (?:kill|hurt|harm|stab|cause pain to)\b|\bhear(?:ing)?\b.{0,20}\bcommands?\b.{0,20}\b(?:kill|hurt|harm)\b",
        r"\bquiero (?:matar(?:lo|la|los|las| a)|hacerle da[nñ]o)\b|\blo voy a matar\b|\bla voy a matar\b|\blos voy a matar\b",
    ),
    "abuse_or_danger": (
        rf"\b(?:he|she|they|my (?:\w+ )?{_PERSON}(?:-in-law)?) (?:\w+ ){{0,3}}(?:hits?|hit|beats?|beat|beating|hitting|chok(?:es?|ed|ing)|rap(?:es?|ed|ing)|abus(?:es?|ed|ing)|molest(?:s|ed|ing)|punch(?:es|ed)?|kick(?:s|ed)?|slap(?:s|ped)?|shov(?:es?|ed)|strangl(?:es?|ed)|smack(?:s|ed)?|throttl\w+|grop(?:es?|ed)|burn(?:s|ed|t)|touch(?:es|ed)(?= me\b)|stalk(?:s|ed|ing)|threaten(?:s|ed|ing)? to (?:kill|hurt|hit|beat|smack|shoot|stab|punch|burn)(?: \w+){{0,4}}|tr(?:ies|ied) to kill) (?:\w+ )?(?:me|us|my (?:kids|children|mum|mom|mother|brother|sister|son|daughter)|the (?:kids|children|baby)|her|him)\b",
        r"\b(?:i was|i'?ve been|i got|i'?m|i am|being|been|get|getting) (?:\w+ ){0,2}(?:raped|molested|sexually (?:abused|assaulted)|gang ?raped|beaten(?: up)?|strangled|trafficked|blackmailed|stalked|held (?:captive|against my will)|locked (?:up|in) (?:by|the (?:basement|bedroom|house|room)))\b",
        r"\b(?:afraid|scared|terrified|frightened) (?:that )?(?:he|she|they|my \w+)(?:'?s| is| are|'?ll| will| might| could)? (?:\w+ ){0,3}(?:kill|hurt|hit|find) (?:me|us|my|the)\b|\b(?:afraid|scared|terrified) (?:to go home|of (?:my (?:husband|wife|partner|boyfriend|girlfriend|dad|father|stepdad|stepfather|ex)))\b",
        r"\b(?:get out of|leave|leaving|escape|escaping|trapped in|stuck in|in) an? (?:\w+ )?(?:abusive|violent) (?:relationship|marriage|home|house|situation|partner|husband|wife|boyfriend|girlfriend)\b|\b(?:my|our) (?:\w+ )?(?:abuser|rapist|stalker)\b(?=.{0,40}\b(?:here|outside|back|found|coming|text|call|follow)\w*)",
        r"\b(?:he|she|they|my \w+) (?:\w+ ){0,3}(?:won'?t|doesn'?t|does not|will not|never) (?:let|lets) me (?:leave|go|out|see|have my phone|call)\b|\block(?:s|ed) me (?:in|up|out)\b|\b(?:has|have|got|pulled|pointed) (?:a |his |her )?(?:gun|knife) (?:at|on|to) (?:me|us|my)\b",
        r"\bme (?:pega|golpea|golpe[oó]|viol[oóa]|abus[oóa]|amenaza|maltrata|peg[oó]|encierra|estrangul\w+)\b|\babusa(?:n|ron|ba)? de m[ií]\b",
    ),
    "self_harm": (
        r"\b(?:cut(?:ting|s)?|hurt(?:ing|s)?|harm(?:ing|ed|s)?|burn(?:ing|ed|t|s)?|injur(?:e|ed|ing)|hit(?:ting)?|scratch(?:ing|ed)?|punch(?:ing|ed)?|starv(?:e|ed|ing)|bit(?:e|ing)|stab(?:bing|bed)?|carv(?:e|ed|ing)|punish(?:ing|ed)?) (?:myself|meself|my ?self|him ?self|her ?self|them ?selves|into my (?:skin|arms?|legs?|thighs?)|my (?:own )?(?:arms?|legs?|wrists?|thighs?|skin|forearms?|hips?)(?! (?:at|in|on|while|during|playing|lifting|when|from|falling)))\b",
        r"\b(?:i|i'?m|im|i'?ve|ive|started|relapsed|back to|she'?s|he'?s|my \w+ is|stop|stopped|doing|do|about my|did) (?:\w+ ){0,3}(?:self[- ]?harm(?:ed|ing)?|selfharm|sh'?ing)\b|^\W*(?:self[- ]?harm|sh)\W*$",
        r"\b(?:wanna|want to|urge to|need to|going to|gonna|started|stop|keep|kept|been|back to|relapsed(?: and)?|i) (?:\w+ )?(?:cut|cutting)(?: again| tonight| deeper?| too deep| so much| and| but| in| when| because|[.!?]|$)",
        r"\bme (?:corto|cort[eé]|lastimo|hago da[nñ]o)\b|\bcortarme\b|\blastimarme\b|\bhacerme da[nñ]o\b",
    ),
    "suicide": (
        rf"\b{_SELF_END}\b",
        rf"\b{_WANT}\b[^.!?]{{0,30}}\b{_DEAD}\b(?! (?:of|from) (?:laugh\w*|embarrass\w*|boredom|hunger|shame)| laughing)",
        r"\b(?:i'?m|im|i am|i feel|i'?ve been|ive been|i have been|feel(?:ing)?|been|so|very|really|and|lonely|depressed|actively|passively|being|become|becoming|get|getting|is|are|am|feels|seems) (?:\w+ ){0,3}suicidal\b|^\W*suicidal\b",
        r"\bsuicidal (?:thoughts?|ideation|ideas?|feelings?|urges?|tendenc\w+|behaviou?r|mood|state|again|now|today|tonight)\b",
        r"\bthoughts? of (?:suicide|ending|dying|death)\b|\b(?:commit(?:s|ted|ting)?|attempt(?:ed|ing)?|consider(?:ed|ing)?|contemplat(?:e|ed|ing)|plan(?:ned|ning)?|about|of|towards?|to|failed|survived|do|my|eventual|own|prospect of|only way is|answer is|option is) (?:\w+ )?suicide\b|\bsuicide (?:note|plan|attempt|letter|date|is (?:my|the) (?:only|best))\b",
        r"\b(?:don'?t|dont|do not|no longer|never|not) (?:really |even |actually )?(?:want|wanna|wish|care) (?:to |about )?(?:be alive|live|living|exist|be here any ?more|wake up|go on living|keep living|continue living|be on this (?:earth|planet)|see (?:tomorrow|another day|my next birthday))\b",
        r"\bbetter off (?:dead|without me|if i (?:was|were|am|wasn'?t|weren'?t) (?:dead|gone|here|around|alive))\b|\brather be dead\b|\bno (?:reason|point) (?:to|in|for) (?:live|living|go on|going on|be(?:ing)? alive|stay(?:ing)? alive|exist\w*)\b|\breasons? (?:not to|to not) (?:kill|die|end)\b|\breasons? to (?:live|stay alive|keep living)\b",
        r"\b(?:wish|wished|wishing) (?:that )?i (?:was|were|wasn'?t|weren'?t|had never been|had (?:just )?died|could (?:just )?(?:die|disappear|stop existing|not exist)|would (?:just )?(?:die|not wake up|stop existing)|never (?:existed|was born|woke up))\b(?! (?:there|able|in|at|better|rich|taller|thinner|on|a|more|as|my|with|home|still|not (?:so|in|at|working)))",
        r"\bi should (?:just )?(?:die|be dead|not be alive|kill)\b|\bhope (?:that )?i (?:just )?(?:die|don'?t wake|get (?:hit|killed|cancer|run over)|never wake)\b|\btired of (?:being alive|living|existing|breathing|life)\b|\bdone with (?:life|living|being alive|this (?:world|life|existence))\b|\bhate (?:being alive|living|existing)\b|\bsick of (?:living|being alive|life)\b",
        r"\b(?:goodbye|bye) (?:cruel world|everyone|everybody|for ?ever|world)\b|\b(?:this is|my) (?:my )?(?:last|final) (?:goodbye|night|day alive|message|words)\b|\bpainless(?:ly)? (?:way|method|death|to die)\b|\b(?:way|ways|method|how) (?:to|of) (?:die|dying|end it|hang)\b|\bhow (?:many|much) (?:\w+ ){1,4}(?:to (?:die|overdose|kill)|(?:would|will|could|does it take to) kill (?:me|you|someone|a person))\b|\bwill (?:\w+ ){1,5}kill me\?",
        r"\b(?:let|make|help) me (?:overdose|od|die)\b|\boverdose (?:fast|quick|painless)\w*\b|\b(?:my|i)\b.{0,60}\b(?:be|by|from) suicide\b",
        r"\b(?:going|gonna|ready|want|wanna|about|plan(?:ning)?|decided|could just|might just|just|finally|time) (?:to )?(?:just )?(?:end it|overdose|od|check out of (?:life|this world))\b(?! (?:with (?:him|her|my)|in (?:july|june)|on good))",
        r"\bquiero (?:morir(?:me)?|matarme|suicidarme|desaparecer para siempre|acabar con (?:todo|mi vida)|dejar de (?:vivir|existir))\b|\b(?:no quiero|ya no quiero|no tengo (?:ganas|razones) (?:de|para)) (?:vivir|seguir viviendo|existir|estar viv[oa])\b|\bme quiero (?:morir|matar|suicidar)\b|\b(?:quitarme|quit[oa]rse) la vida\b|\bsuicid(?:io|arme|arse|a)\b|\bme voy a (?:matar|suicidar)\b|\bmejor muert[oa]\b|\bestar muert[oa]\b|\bpensamientos suicidas\b|\bganas de (?:morir(?:me)?|matarme)\b",
    ),
}  # fmt: skip

_DRUGS = rf"(?:{_MEDICINES}|drugs?|prescriptions?|ssris?|snris?|benzos?|opioids?|morphine|tricyclics?)"
_DEADLY = r"(?:lethal|fatal|deadly|mortal(?:es)?|letal(?:es)?)"
_KILL_A_PERSON = r"kill (?:you|me|someone|somebody|anyone|a (?:person|human|man|woman|grown \w+)|him|her|them|people)"

# category -> patterns that may mean danger, or need urgent medical care
CONCERN: dict[str, tuple[str, ...]] = {
    "suicide": (
        r"\bsuicid\w*\b|\bself[- ]?harm\w*\b|\bunalive\w*\b|\boverdos\w*\b(?=.*\b(?:i|me|my|he|she)\b)|\b(?:988|samaritans|crisis line|suicide hotline)\b(?=.*\b(?:i|me|my)\b)",
        r"\b(?:kill|hang|shoot|drown|hurt|harm|cut)(?:t?ing|s)? (?:him|her|them|your)sel(?:f|ves)\b",
        r"\b(?:hopeless(?:ness)?|worthless|a burden|no way out|no hope (?:left|for me|any ?more)|can'?t go on|cant go on|can'?t do this any ?more|cant do this any ?more|can'?t (?:take|handle|bear|stand) (?:it|this|life) any ?more|cant (?:take|handle|bear) (?:it|this|life) any ?more|give up on (?:life|everything|myself)|giving up on (?:life|everything|myself)|hate my life|no ?(?:one|body) would (?:care|miss|notice)|end of my rope|lost the will to live|nothing (?:left )?to live for|nothing matters any ?more|life (?:isn'?t|is not|isnt) worth|not worth living|what'?s the point (?:of|in) (?:living|life|anything|going on)|no point any ?more|don'?t see a (?:way out|future)|want(?:ing)? (?:it all|everything|the pain|this) to (?:stop|end|be over))\b",
        r"\b(?:want|wanna) to disappear\b|\bnot wake up\b|\bnever wake up\b|\bdead inside\b|\bgiv(?:e|ing|en) (?:away )?(?:all )?(?:his|her|their) (?:things|stuff|belongings|possessions)(?: away)?\b",
        # how much of something kills, and other means, whatever reason is given for asking
        rf"\bld ?50\b|\b{_DEADLY}\b(?=.*\b(?:dos(?:e|es|age|is)|amounts?|quantit\w+|levels?|overdos\w*|how (?:much|many)|{_DRUGS})\b)|\b(?:dos(?:e|es|age|is)|amounts?|quantit\w+|levels?|overdos\w*|how (?:much|many)|cantidad|cu[aá]nt[oa]s?|{_DRUGS})\b[^.!?]{{0,60}}\b{_DEADLY}\b",
        rf"\bhow (?:much|many|long)\b(?! (?:people|patients|americans|men|women|teens|adults|children|lives)\b)[^.!?]{{0,60}}\b(?:to die|{_KILL_A_PERSON}|would kill|to kill|(?:to|not|never) wake up(?: from)?|coffin)\b|\b{_DRUGS}\b[^.!?]{{0,40}}\b{_KILL_A_PERSON}\b|\b(?:die|dying|died?) (?:from|of|by|on) (?:taking |swallowing )?(?:\w+ ){{0,3}}{_DRUGS}\b|\bstops? (?:you|your|my|his|her|someone'?s|the) (?:from )?(?:breathing|heart)\b",
        r"\b(?:most dangerous|strongest|deadliest|worst)\b[^.!?]{0,60}\b(?:all at once|in one go)\b|\b(?:make|makes|making) (?:it|this|that) look like (?:an? )?(?:accident|natural)|\b(?:bridges?|cliffs?|buildings?|roof(?:top)?s?|towers?|car parks?)\b[^.!?]{0,30}\bjump(?:ers?|ed|s)?\b|\bjumpers?\b[^.!?]{0,30}\b(?:bridges?|cliffs?|buildings?|roofs?|towers?)\b|\b(?:household|cleaning) (?:chemicals?|products?)\b[^.!?]{0,40}\b(?:mix\w*|fumes|gas|poison\w*)\b",
        r"\b(?:tall(?:er|est)?|high(?:er|est)?) (?:\w+ )?(?:bridges?|cliffs?)\b|\bbridges? (?:\w+ ){0,4}(?:tall|high|over \d)\w*\b",
        r"\bsin esperanza\b|\bno puedo m[aá]s\b|\bya no aguanto\b|\bno vale la pena vivir\b|\bsoy una carga\b|\bno le importo a nadie\b",
    ),
    "medical_emergency": (
        r"\b(?:face|lips?|tongue|throat) (?:\w+ ){0,3}(?:swell(?:ing|ed|s)?|swollen|closing)\b|\bswollen (?:face|lips?|tongue|throat)\b|\bhives\b|\ballergic reaction\b|\banaphyla\w*\b",
        r"\bserotonin (?:syndrome|toxicity)\b|\b(?:high )?fever\b[^.!?]{0,60}\b(?:stiff|rigid|confus|shak|twitch)\w*|\b(?:stiff|rigid|confus|shak|twitch)\w*[^.!?]{0,60}\bhigh fever\b",
        r"\bseizures?\b|\bconvuls\w*\b|\b(?:hallucinat\w+|delirium)\b[^.!?]{0,40}\b(?:stopp|quit|withdraw)\w*|\b(?:can'?t|cant|cannot|couldn'?t) breathe\b",
        r"\bbrain zaps?\b|\bwithdrawals?\b[^.!?]{0,40}\b(?:bad|awful|terrible|severe|hell|shak|sick|sweat|vomit)\w*|\b(?:shaking|sweating|vomiting|throwing up)\b[^.!?]{0,60}\b(?:stopped|quit|ran out|came off|coming off|cold turkey)\b|\b(?:stopped|quit|ran out|came off|cold turkey)\b[^.!?]{0,80}\b(?:shaking|sweats?|sweating|vomiting|zaps?|can'?t sleep|dizzy)\b",
        r"\b(?:took|taken|take) (?:\w+ ){0,4}(?:too many|too much|double|twice|extra)\b|\b(?:accidentally|by mistake|by accident)\b[^.!?]{0,30}\b(?:took|taken)\b|\b(?:took|taken)\b[^.!?]{0,40}\b(?:by mistake|by accident|twice)\b",
        rf"\blithium\b[^.!?]{{0,60}}\b(?:shak|tremor|vomit|confus|slur|diarr)\w*|\bchest pains?\b|\bpassed out\b|\bfaint(?:ed|ing)\b|\brash\b[^.!?]{{0,40}}\b(?:spread|blister|peel|face)\w*|\b(?:took|swallowed|got into) (?:some|a few|her|his|their|the) (?:\w+ ){{0,2}}{_MEDICINES}\b(?=.*\b(?:answer\w*|wak\w+|sleepy|missing|empty|toddler|baby|kid|child|dog)\b)",
    ),
}  # fmt: skip

# A match inside these is taken out before the danger is looked for: idiom, or a thing of another kind that has the word.
IDIOM = (
    r"\b(?:killing|kills|killed) me\b(?! (?:if|when|one day|tonight|soon|self))",
    r"\b(?:dying|die|died|dies|dead) (?:to|of|from|for) (?:laugh\w*|embarrass\w*|boredom|heat|hunger|shame|cringe|curiosity|a (?:coffee|burger|nap|drink|smoke)|see|know|hear|try|meet|go|get home|the weekend)\b|\bdie laughing\b|\bdead (?:tired|battery|line|lines?|end|weight lifts?|serious)\b|\bto die for\b|\bdeadlines?\b",
    r"\bkill(?:ing|ed|s)? (?:time|the (?:lights?|engine|mood|process|server|vibe|pain|germs|bacteria|weeds)|bacteria|germs|two birds|for (?:a|some|that)|it (?:at|on|in))\b|\bkill me now\b|\b(?:could|would) (?:just |have )?(?:kill|strangle|murder) (?:him|her|them|my \w+)\b[^.!?]{0,40}(?:lol|haha|\blove|kidding|jk|😂|🤣|😹)",
    r"\b(?:my )?(?:mum|mom|dad|boss|wife|husband|parents|mother|father|coach|teacher|sister|brother)(?:'?s| is| are|'?ll| will| would)? (?:going to |gonna |probably )?(?:kill|murder|strangle) me (?:if|when|for|because|over|once|after|lol|haha)\b",
    r"\b\d[\d.,]* ?kms\b|\bkms? (?:per|an|a|away|run|walk|h|from)\b|\bcut(?:ting)? (?:myself )?(?:some slack|down|back|out|off|a pill|the)\b|\boverdos\w* on (?:the |some |all the )?(?:coffee|caffeine|sugar|chocolate|garlic|cheese|cake|tv|telly|netflix|memes|christmas|cuteness|news|social media)\b",
    r"\b(?:suicide) (?:squad|wings|doors?|king|run|runs|blonde|burger|sprints?)\b|\bunsubscribe\b|\bend (?:it|things) with (?:him|her|my)\b|\b(?:hit|hits) (?:me|us) (?:up|like|that|hard|with|in the feels|today|when)\b|\bshoot (?:me|him|her|them) (?:an?|over)\b|\b(?:beat|killed|destroyed|beats) (?:me|him|her|them|us) (?:at|in|on|to)\b",
)
# A text about the subject that is not about the writer.
INFORMATION = (
    r"\b(?:what is|what are|what's|whats|how (?:common|does|do|many|is|was)|does|do|can(?!'t)|is|are|why (?:do|does|is|some)|define|definition|explain|signs? of|symptoms? of|difference between)\b[^.!?]{0,80}\b(?:suicid\w*|self[- ]?harm\w*|overdos\w*|abus\w*)\b",
    r"\bsuicid\w* (?:prevention|hotline|lifeline|warnings?|risks?|rates?|statistics|watch|awareness|survivors?|bereave\w*|support|helpline|training|policy|screen\w*|assessment)\b|\bblack box\b|\b(?:overdose|domestic violence) awareness\b|\bleaflet\b|\bside effects?\b|\b(?:research|study(?:ing)?|article|essay|paper|documentary|lecture|course|training|policy|campaign|screening|charity)\b",
)
# The subject of a text rather than the writer's state, whoever asks: warnings, prevention, a friend one wants to help.
SUBJECT = r"\b(?:suicid\w*|self[- ]?harm\w*|overdos\w*|homicid\w*) (?:prevention|hotlines?|lifelines?|warnings?|risks?|rates?|statistics|watch|awareness|survivors?|policy|screening|assessments?|training|research)\b|\b(?:leaflets?|information sheets?|boxed|black box|warnings?|side effects?|label|insert|statistics|assignment|essay|lecturer?|study|research|policy|training|counsell?or|brochure|pamphlet|folletos?|prospecto|recuadro|prevenci[oó]n|advertencia|risk|asking about|(?:friend|someone|somebody|person|people|loved one|patients?|clients?|students?|teens?) (?:who|that) (?:is|are|feels?|seems?|has|have|might))\b"
OWN = r"\b(?:i'?m|im|i am|i feel|i felt|i have|i'?ve|ive|i get|i keep|i had|i started|i want|i will|i'?ll|gives? me|giving me|makes? me|making me|having|my|estoy|tengo|me siento) (?:\w+ ){0,5}(?:suicid|self[- ]?harm|overdos)"
# The danger said not to be there. The match is taken out; what is left is read again.
DENIAL = (
    r"\b(?:not|never|isn'?t|ain'?t|no longer|wasn'?t|don'?t feel|dont feel|am not|nor) (?:\w+ ){0,3}(?:suicidal|homicidal)\b|\bsuicidal[,:]? (?:no|nope|definitely not|not at all)\b",
    r"\b(?<!reason )(?<!why )(?<!why i )(?<!can't )(?<!cant )(?<!cannot )(?:not|never|no|don'?t|dont|do not|wouldn'?t|won'?t|didn'?t|haven'?t|hasn'?t|not going to|not gonna|no (?:wish|intention|plans?|desire|urges?|thoughts?)(?: of| to)?) (?:(?!(?:i|im|i'm|if|because|to live|exist|care|matter|stop\w*|quit|resist|prevent\w*|afraid|scared|fear|regret\w*|mind|wait\w*|hesitat\w*|not|more|better)\b)[\w']+ ){0,4}(?:kill|killing|hurt|hurting|harm|harming|cut|cutting|end|ending|die|dying|be dead|self[- ]?harm\w*|overdos\w*|attempt\w*) ?(?:myself|my life|it all|anyone|anybody|others|him|her|them)?\b(?! me\b)",
    r"\b(?:no|not having|don'?t have|dont have|without|deny|denies|denied|zero|haven'?t had) (?:\w+ ){0,3}(?:suicidal|self[- ]?harm|si|thoughts? of (?:suicide|dying|death|self[- ]?harm)|overdose|chest pains?|seizures?)\b(?: (?:thoughts?|ideation|feelings?|urges?|plans?))?",
    r"\bno (?:estoy|soy|tengo|quiero|pienso|deseo) (?:\w+ ){0,3}(?:suicid\w*|morir(?:me)?|matarme|hacerme da[nñ]o|lastimarme|pensamientos suicidas)\b|\bnobody (?:hits|beats|hurts|abuses) me\b|\b(?:he|she|they) (?:never|doesn'?t|don'?t|didn'?t) (?:hit|hits|beat|hurt|touch\w*) me\b",
)
# Words that look like a denial and are none: "the only reason I didn't kill myself", "I need a reason not to die".
UNDENIED = r"\breasons? (?:that |why )?(?:i (?:didn'?t|haven'?t|don'?t|did not|have not|do not|won'?t)|i'?m not|(?:not to|to not)) (?:\w+ ){0,2}(?:kill|die|dead|end|do it|jump|hang|overdose)\w*\b|\b(?:can'?t|cannot|couldn'?t) (?:stop|quit) (?:thinking|imagining|planning)\b.{0,30}\b(?:suicide|killing|dying|death|ending)\b"
# The danger said to be over, unless something in the clause says it is not.
PAST = r"\b(?:used to|years ago|decades ago|long ago|in the past|back then|back in (?:19|20)\d\d|in (?:19|20)\d\d|when i was (?:a )?(?:kid|child|teen\w*|young\w*|little|\d+)|as a (?:kid|child|teen\w*)|in my (?:teens|twenties|childhood)|(?:glad|happy|grateful) (?:that )?i (?:didn'?t|did not|survived|lived|failed)|antes quer[ií]a|hace (?:muchos )?a[nñ]os)\b"
STILL = r"\b(?:now|again|still|lately|tonight|today|any ?more|since|keeps?|every day|recently|these days|otra vez|ahora)\b"
# Thoughts the writer names as unwanted, or words named as words: not forced into the hard path.
UNWANTED = r"\b(?:intrusive|unwanted (?:thoughts?|images?|urges?)|ocd|pure ?o|flashbacks? of)\b"
QUOTED = r"\b(?:song|songs|lyrics?|movie|film|book|novel|episode|series|title|meme|quote|quoting|character|poem|sermon|headline|game|minecraft|scrabble|fortnite|chess)\b"
# The danger declared by the writer, now: no other subject of the clause takes that back. Words named as words are not declared.
_WILL = r"(?:(?:really|just|do|still|honestly|so|badly|also|truly|now|actually|seriously|only|finally|have|feel like i) ){0,3}(?:want to|wanna|need to|going to|gonna|plan(?:ning)? to|about to|ready to|will|intend to|decided to|trying to|would rather)"
DECLARED = (
    rf"\b(?:i|i'?m|im|i am|i'?ve|ive) {_WILL} (?:just )?(?:{_SELF_END}|die\b(?! (?:of|from|laughing)\b)|be dead\b|not be alive\b|stop existing\b)|\bi'?ll (?:just )?{_SELF_END}|"
    r"\b(?:i'?m|im|i am|i feel) (?:(?:really|just|still|so|very|actively|seriously) ){0,2}suicidal\b|\bi (?:don'?t|do not) (?:want to|wanna) (?:live|be alive|exist)\b|"
    r"\b(?:i keep|i'?m|im|i am) (?:\w+ )?(?:cutting|hurting|burning|harming) myself\b|\b(?:quiero|me voy a|me quiero) (?:morir|matar|suicidar)\w*"
)
NAMED = r"\b(?:called|titled|named|says?|saying|sings?|singing|goes|lyrics?|line|quot(?:e|es|ed|ing)|thoughts? (?:that|like|of|saying)|screams?|screaming|yells?|yelling)\b[\s:,']*(?:i|i'm|im)\b[^,;]*"
LAUGHTER = r"\b(?:lol+|lmf?ao+|rofl|ha(?:ha)+|ja(?:ja)+|hehe+)\b|[😂🤣😹💀☠]"
# Said of the writer's own words: they are no joke, whatever laughter stands beside them.
NO_JOKE = r"\b(?:not|isn'?t|ain'?t|wasn'?t|doesn'?t|don'?t|no longer|stopped|less|never) (?:[\w']+ ){0,4}(?:kidding|joking|jokes?|funny)\b|\b(?:no joke|no lie|dead serious|(?:i am|i'?m|im) (?:being |so |actually |really |deadly )?serious|(?:i|really|actually) mean it|for real|half serious|only half (?:kidding|joking))\b"
MEANT = r"\b(?:self|myself|suicid\w*|my life|kms|unaliv\w*)\b"  # words that laughter does not take back
MEANT_BY_WRITER = r"\b(?:i|me|my|myself|me voy|quiero|matarme|suicidarme)\b"  # words that are no subject but a person's own
FIRST_PERSON = r"\b(?:i|im|i'm|ive|i'd|my|me|myself|mi|me|yo)\b"

_FLAGS = re.IGNORECASE


def compiled(table: dict[str, tuple[str, ...]]) -> dict[str, tuple["re.Pattern[str]", ...]]:
    """Compile a table of patterns by category."""
    return {category: tuple(re.compile(pattern, _FLAGS) for pattern in patterns) for category, patterns in table.items()}


def compiled_list(patterns: tuple[str, ...]) -> tuple["re.Pattern[str]", ...]:
    """Compile a list of patterns."""
    return tuple(re.compile(pattern, _FLAGS) for pattern in patterns)
