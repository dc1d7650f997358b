"""What leftovers of web extraction look like: tables of patterns for `leftovers`, to read and to add to."""

from __future__ import annotations

_AGENCY = (
    r"(?:AFP|AP|Reuters|EPA(?:-EFE)?|Getty(?: Images)?|Anadolu|Xinhua|Sputnik|TASS|Flickr|Shutterstock|iStock|Alamy"
    r"|Handout|Pool|Wikimedia(?: Commons)?|Unsplash|Courtesy|Supplied|File)"
)
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)[a-z]*\.?"
_DAY = r"(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\.?"
_DATE = (
    rf"(?:(?:{_DAY},? )?(?:\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?)(?:,? \d{{4}})?"
    r"|\d{4}-\d\d-\d\d)"
)
_CLOCK = r"\d{1,2}[:.]\d\d(?: ?[ap]\.?m\.?)?(?: ?(?:GMT|UTC|CET|EST|ET|BST|local))?"
_MEDIA = (
    r"(?:facebook|twitter|whatsapp|linkedin|reddit|pinterest|telegram|viber|messenger|instagram|flipboard|tumblr|x)"
)
_PICTURE = r"(?:photo|image|picture|photograph|video|illustration|graphic|map|chart)s?"
_ABOUT = r"(?:in|on|from|about|by|to)(?: [\w&'’.]+){1,5}"
_LIST = r"(?:(?:articles?|stories|story|news|headlines?|posts?|reading|content|coverage|links?|topics))"

# A sure sign takes its line however long it is, and only its sentence from a real paragraph.
SURE = (
    (
        "credit",
        "MANDATORY CREDIT|RESTRICTED TO EDITORIAL USE|EDITORIAL USE ONLY|NO MARKETING|AS A SERVICE TO CLIENTS",
    ),
    (
        "translation",
        r"(?i:(?:powered|provided|produced) by (?:automated|automatic|machine)[ -]translation)",
        r"(?i:(?:machine|automatically|computer|software)[ -]translated\b)",
        r"(?i:translated (?:automatically|by (?:a )?(?:machine|computer|software))\b)",
    ),
    ("copyright", "(?i:all rights reserved)"),
    ("newsletter", r"(?i:^get (?:the|our|all the) (?:latest|best|top) (?:news|stories|headlines)\b)"),
)

# A weak sign must fit the whole line, and takes it only when it does not read like a paragraph.
WEAK = (
    ("markup", r"[-=_*~•·#|>\s]+"),
    (
        "url",
        r"(?i:(?:(?:original|source|short|canonical) )?(?:url|link|permalink)\s*:.*)",
        r"<?(?:https?://|www\.)\S+>?",
    ),
    (
        "copyright",
        r"(?i:copyright(?:\s*(?:©|\(c\)|\d{4}|by\b|notice|reserved).*)?|\(c\)\s.*)",
        r"(?i:.*©\s*(?:copyright\s*)?\d{4}.*|.*\b\d{4} ©.*)",
        r"(?i:maintained and developed by .*)",
        r"(?i:.*\b(?:reproduction|republication|redistribution|reuse)\b.*\b(?:prohibited|permission|consent)\b.*)",
    ),
    (
        "credit",
        rf"(?i:(?:file )?(?:{_PICTURE}|caption|credit)(?: credit| caption| courtesy)?s?(?: by)?"
        r"(?:\s*[:/|]|\s+[—–-]\s).*)",
        rf"(?i:{_PICTURE} (?:by|courtesy) .*|pictured?:.*|(?:img|foto|bild|caption):.*|(?:photo|picture) gallery\b.*)",
        r"(?i:text and (?:photos|pictures|images) by .*)",
        r"©.*",
        rf"(?i:.*\((?:{_PICTURE}|file|credit)\b[^)]*\))",
        rf".*[/|—–(]\s*\**{_AGENCY}\b.{{0,40}}",
        r"(?i:[\[(]?(?:(?:additional|further) )?(?:reporting|writing|editing|compiled|translation|edited|reported)"
        r" (?:and \w+ )?by\b.*)",
    ),
    ("caption", rf"(?i:(?:a )?(?:file|archive|library|handout|stock) {_PICTURE}\b.*)"),
    (
        "byline",
        r"(?i:by|from)(?:[\s,|(]+(?:[A-Z][\w.'’-]*|and|in|for|of|our|the|staff|correspondent|reporter|writer|desk|editor"
        r"|special|senior|foreign|agencies)[),]?)+",
        r".{0,60}\b\d+ (?i:min(?:ute)?s?|hours?|hrs?|days?) ago\b.{0,60}",
        r"(?i:by [^.]{3,60}[|·•].*)",
    ),
    (
        "date",
        r"(?:[Ff]irst |[Ll]ast )?(?i:published|updated|posted|modified|created|issued)"
        rf"(?: (?:on|at|in|by [^,]{{2,40}}))?[:,]?\s*"
        rf"(?:{_DATE}|{_CLOCK}|\d{{1,2}} ?[ap]\.?m|\d+ (?:min|hour|day)).*",
        rf"(?:{_DATE}|{_CLOCK}|[\s,|@–—-]|at)+",
        r"(?i:(?:estimated )?(?:reading|read) time\b.*|\d+[ -]min(?:ute)?s?(?:[ -]read)?(?: listen)?)",
    ),
    (
        "share",
        rf"(?i:(?=.*(?:share|tweet|e-?mail|print|copy link|{_MEDIA}\b))(?:(?:{_MEDIA}|shares?|tweet|e-?mail|print|pdf"
        r"|copy|link|save|bookmark|like|post|pin|pocket|url|article|story|page|this|on|via|to|it|and|or|the|a|with|for"
        r"|friends?|us|follow|click|here|icon|send|comments?|later|version|printer)\b|\d+k?(?!\w)|[\W_])+)",
        rf"(?i:(?:follow|like|find|join) (?:us|me|our|\w+(?: \w+)?) (?:on|at) (?:{_MEDIA}\b|youtube|social).*)",
        r"(?i:(?:follow|like|find|join) (?:us|me) ?@.*)",
    ),
    (
        "newsletter",
        r"(?i:(?:subscribe|subscribed|sign up|sign-up|register)\b.*|.*\b(?:in)?(?:to )?your inbox\b.*)",
        r"(?i:(?:.*\b(?:get|join|our|daily|weekly|morning|free|manage|e-?mail|more)\b.*)?\bnewsletters?\b.{0,40}(?<![.!?]))",
        r"(?i:get (?:the|our|all the) (?:latest|best|top|day|news)\b.*|(?:already )?(?:a )?(?:subscriber|member)\?.*)",
        r"(?i:.*\b(?:support our|become a|be a) .{0,40}\b(?:member|journalism|supporter|reporters|reporting)\b.*)",
        r"(?i:(?:become|be) a (?:member|supporter)\b.*|support our (?:reporters|reporting|journalism)\b.*)",
        r"(?i:.*: sign up|.*\bunsubscribe\b.*|donate\b.*|.*\bchip in\b.*)",
        r"(?i:.*\b(?:free|more) (?:articles|reads|stories) left\b.*)",
        r"(?i:(?:enjoyed|reading|like) this\b.*\?.*|forward this\b.*|tip jar\b.*)",
    ),
    (
        "comments",
        r"(?i:\(?\d*\)? ?comments?\b(?: ?\(?\d+\)?)?(?: closed| are closed.*)?:?(?: ?[—–·|-].*)?)",
        r"(?i:(?:tell us )?what (?:do )?you think\b.*|was this (?:article |page )?helpful\b.*)",
        r"(?i:rate this\b.*|join \d+ readers\b.*)",
        r"(?i:be the first to (?:leave a )?(?:comment|reply)\b.*|report (?:an?|any) (?:error|fault|mistake)\b.*)",
        r"(?i:(?:leave|post|add|write|send|join)(?: in)? (?:a|your|the)? ?"
        r"(?:comment|reply|conversation|discussion)s?\b.*)",
        r"(?i:your (?:comment|name|e-?mail|rating)\b.*)",
        r"(?i:(?:.{0,40}\b(?:please|to|must|or) )?(?:log|sign)(?:ged)? ?in"
        r"(?:\W+(?:or|to|with|here|now|register)\b.*)?\W*)",
        r"(?i:report (?:abuse|comment).*)",
        r"(?i:to participate in the discussion|.*\bcomment as a (?:visitor|guest)\b.*)",
        r"(?i:(?:name|e-?mail|website) ?(?:\*|\(required\)).*)",
        r"(?i:.*\bcomments? (?:are|is) (?:moderated|closed|reviewed)\b.*)",
    ),
    (
        "advertisement",
        r"(?i:\W*(?:advertisement|advert|advertising|sponsored(?: content| by .*)?|promoted(?: content)?|ad"
        r"|paid (?:content|post))\W*(?:(?:story |article )?continues?\b.*)?)",
        r"(?i:(?:sponsored|advert|promoted)\s*:.*)",
        r"(?i:(?:article|story|content|text) (?:continues|resumes)(?: (?:below|after)\b.*)?|skip (?:ad|advert)\w*.*)",
        r"(?i:(?:continue|scroll) (?:reading )?(?:below|down)\b.*)",
    ),
    (
        "cookies",
        r"(?i:.*\bcookies?\b.*\b(?:accept|use|uses|consent|preferences|settings|policy|agree)\b.*)",
        r"(?i:.*\b(?:use|uses|accept|manage|reject)\b.{0,30}\bcookies?\b.*)",
        r"(?i:(?:privacy|cookie) (?:policy|notice|settings)\b.*)",
        r"(?i:terms (?:of (?:use|service)|(?:and|&) conditions).*|we value your privacy\b.*)",
        r"(?i:.*\bcookies\W+(?:ok|accept)\b.*)",
    ),
    (
        "tags",
        r"(?i:(?:article )?(?:tags?|topics?|keywords|filed (?:under|in)|categor(?:y|ies)|labels|posted in|sections?"
        r"|more about)\s*(?::|\||—|–| -).*)",
        r"(?:#\w+[\s,;|]*){2,}",
    ),
    (
        "navigation",
        r"(?:[\w&'’.-]+(?: [\w&'’.-]+){0,3}(?:\s*[>»›|•·]\s*|\s/\s))+(?:[\w&'’,.-]+(?: [\w&'’,.-]+){0,7})?",
        r"\d{1,4}",
        r"(?i:(?:home|menu|search|news|world|politics|business|sports?|opinion|africa|asia|europe|middle east"
        r"|americas|international|newsfeed|chats?|loader|loading\W*|close|back|next|previous|top|back to top"
        r"|skip to (?:main )?content|listen|watch|play|watch live|live|videos?|gallery|more|show more|load more"
        r"|view all|see all|expand|edition|log ?in|log out|register|account|my account|contact(?: us)?|about(?: us)?"
        r"|help|faq|advertise)(?:\W+(?:home|menu|search|news|world|politics|business|sport|opinion|more|video))*)",
        r"(?:- )?[A-Z]\w+(?: [A-Z]\w+){0,2} (?:International|Online|News|Times|Post|Herald|Tribune)",
        r"(?i:(?:you are here|breadcrumbs?|available in|weather(?: in \w+)?)\s*:.*|weather (?:in )?\w* ?-?\d+\W.*)",
        r"(?i:(?:listen to|hear) this (?:article|story)\b.*|.*\brequires javascript\b.*|get (?:our|the) app\b.*)",
        r"(?:\[?[\w !-]{2,20}\]?(?:[|·•│]|\.) ?){2,}\[?[\w !-]{2,20}\]?",
    ),
    ("related", r"(?:[-*•] )?\[[^\]\n]+\]\([^)\s]*\)"),
    (
        "contact",
        r"(?i:(?:contact|write to|e-?mail|reach|tips?|got a (?:tip|story))\b.*(?:@|\beditor|newsroom|\bdesk\b).*)",
        r".*\b[\w.+-]+@[\w-]+\.\w+.*",
    ),
)

# What sets several headlines in one line apart.
BARS = r"\s(?:[|·•»│▸⟶/]|::)\s"

# A header opens a list of other stories, which goes on until something reads like the article again.
HEADER = (
    rf"(?i:[#*>\[\s→⟶—–-]*(?:"
    rf"(?:related|recommended|trending|popular)(?: (?:{_LIST}|now|today|this week|on [\w ]+|for you|from us))*"
    rf"|(?:latest|top|other|similar|further|recent|more|our)(?: [\w&'’.-]+){{0,2}} {_LIST}(?: {_ABOUT})?|latest"
    rf"|more(?: {_ABOUT})?|also (?:today|{_ABOUT})|next week(?=:)|(?:\w+ )?most \w+(?= (?:today|now):)(?: \w+)"
    rf"|most(?: |-)(?:read|popular|viewed|shared|e-?mailed|discussed)"
    rf"(?: {_LIST}| (?:now|today|this (?:week|month)|in \w+))?"
    rf"|you (?:may|might)(?: also| have)? (?:like|missed|be interested)(?: in)?|(?:\w+ )?readers also \w+"
    rf"|(?:previously|earlier|next|also) (?:in|by) (?:this|the same) (?:series|author|section|writer)"
    rf"|next(?: story)?(?= ?[→:])|next (?:up|in \w+)|now reading|what we are reading"
    rf"|(?:previous|other) issues|latest (?:scores|results)"
    r"|te puede interesar|lire aussi|lesen sie auch"
    rf"|(?:also )?(?:read|see|watch)(?: more| also| next| this)?|more to (?:read|explore)|keep reading"
    rf"|don.t miss|(?:what|what.s|where) to read(?: next)?|up next|in case you missed it|must.reads?|newsfeed"
    rf"|editor.?s.? (?:picks?|choice)|from (?:the|our) (?:archives?|web|network|partners)"
    rf"|around the web|elsewhere(?: on [\w ]+)?|(?:next|previous) (?:story|article)"
    rf")[*\s]*(?::|—|–|»|>|\||→| - |▸|⟶|\.\.\.|…|$)[*\s]*)"
)

# The same in two or three words of its own; only below the first line, where a headline may look like it.
SHORT_HEADER = r"(?i:[#*>\s-]*(?:related|recommended|trending|popular|latest|more|other)(?: [\w&'’-]+){1,2}[*:\s]*)"

# A timestamp beside which a column of other headlines stands.
STAMP = (
    rf"(?:GMT|UTC) {_CLOCK}(?:,? \d{{4}} {_DAY} ?,? ?\d{{1,2}} {_MONTH})?"  # also glued to the word before
    rf"|(?<![\w.:])(?=[\dMTWFSJAOND])(?:{_DAY},? {_DATE},? {_CLOCK}|{_DATE},? (?:at )?{_CLOCK}"
    rf"|{_CLOCK}(?:,? \d{{4}} {_DAY} ?,? ?\d{{1,2}} {_MONTH}|(?= ?[|–—-] )|(?=\s+[A-Z]))"
    rf"|\d+ (?:min(?:ute)?s?|hours?|hrs?|days?) ago\b)"
)

# Marks of markdown inside a line: headings, quotes, emphasis, links.
MARKS = (
    r"(?=[#>*_!\[\]<])(?:^(?:#{1,6}|>+)[ \t]+|\*{2,3}|__|(?<!\w)[*_](?=\w)|(?<=[\w.,!?])[*_](?!\w)"
    r"|!?\[(?=[^\]\[\n]{0,300}\]\()|\]\([^)(\n]{0,500}\)|(?<=\s)<https?://[^>\s]{1,500}>)"
)

# First code point of each block and the script that lives there; enough to tell scripts apart, not to name them all.
SCRIPTS = (
    (0x0041, "Latin"),
    (0x0370, "Greek"),
    (0x0400, "Cyrillic"),
    (0x0530, "Armenian"),
    (0x0590, "Hebrew"),
    (0x0600, "Arabic"),
    (0x0900, "Indic"),
    (0x0E00, "Thai"),
    (0x0E80, "Lao"),
    (0x0F00, "Tibetan"),
    (0x1000, "Burmese"),
    (0x10A0, "Georgian"),
    (0x1100, "Hangul"),
    (0x1200, "Ethiopic"),
    (0x1780, "Khmer"),
    (0x1800, "Mongolian"),
    (0x1E00, "Latin"),
    (0x1F00, "Greek"),
    (0x2000, ""),
    (0x2C00, "Latin"),
    (0x2E80, "Han"),
    (0xA000, ""),
    (0xAC00, "Hangul"),
    (0xD800, ""),
    (0xF900, "Han"),
    (0xFB50, "Arabic"),
    (0xFF00, "Han"),
)
