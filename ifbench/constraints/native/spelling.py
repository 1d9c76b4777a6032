"""British and American spelling, and the exact spelling of a term."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Annotated, Literal

from annotated_types import Predicate, doc

from ifbench.constraints.native.prose import running_text
from ifbench.constraints.sources import NATIVE
from ifbench.errors import quote
from ifbench.languages import word_spans
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, absent, every

if TYPE_CHECKING:
    import regex

# British form, American form, and the endings that both take beside none.
_PAIRS = """
aeroplane airplane s | aluminium aluminum | anaemia anemia | anaemic anemic | anaesthesia anesthesia
anaesthetic anesthetic s | anaesthetist anesthetist s | analyse analyze d r rs | analysing analyzing | appal appall s
armour armor ed y | armoury armory | behaviour behavior s al ally | bejewelled bejeweled | breathalyse breathalyze d
calibre caliber s | cancelled canceled | cancelling canceling | candour candor | carburettor carburetor s
catalyse catalyze d | catalysing catalyzing | centimetre centimeter s | centre center s piece | centred centered
centring centering | channelled channeled | channelling channeling | chequered checkered | chiselled chiseled
clamour clamor ed ing s | colour color s ed ing ful fully less ist ists | cosier cozier | cosiest coziest
cosily cozily | cosy cozy | counselled counseled | counselling counseling | counsellor counselor s
defence defense s less | demeanour demeanor s | dialled dialed | dialling dialing | diarrhoea diarrhea
discolour discolor s ed ing | dishevelled disheveled | dishonour dishonor s ed ing able | distil distill s
enamoured enamored | endeavour endeavor s ed ing | enrol enroll s | enrolment enrollment s | enthral enthrall s
equalled equaled | equalling equaling | favour favor s ed ing able ably ite ites itism | fervour fervor
fibre fiber s glass | flavour flavor s ed ing ings ful less some | fuelled fueled | fuelling fueling
fulfil fulfill s | fulfilment fulfillment | funnelled funneled | funnelling funneling
grey gray s er est ed ing ish ness | gruelling grueling | gynaecologist gynecologist s | gynaecology gynecology
haemoglobin hemoglobin | haemophilia hemophilia | haemorrhage hemorrhage s d | haemorrhoids hemorrhoids
harbour harbor s ed ing | honour honor s ed ing able ably | humour humor ed ing less s | instalment installment s
instil instill s | jeweller jeweler s | jewellery jewelry | kilometre kilometer s | labelled labeled
labelling labeling | labour labor s ed ing er ers | leukaemia leukemia | levelled leveled | levelling leveling
libelled libeled | libellous libelous | litre liter s | lustre luster s | manoeuvre maneuver s | manoeuvred maneuvered
manoeuvring maneuvering | marshalled marshaled | marvelled marveled | marvelling marveling | marvellous marvelous ly
meagre meager ly | millilitre milliliter s | millimetre millimeter s | misbehaviour misbehavior s
misdemeanour misdemeanor s | modelled modeled | modelling modeling | mould mold s ed ing y | moult molt s ed ing
moustache mustache s d | multicoloured multicolored | neighbour neighbor s ing hood hoods ly | nitre niter
odour odor s less | oesophagus esophagus | oestrogen estrogen s | offence offense s | paediatric pediatric s ian ians
panelled paneled | panelling paneling | paralyse paralyze d | paralysing paralyzing | parlour parlor s
pedalled pedaled | pedalling pedaling | pencilled penciled | plough plow s ed ing | pretence pretense s
pyjamas pajamas | quarrelled quarreled | quarrelling quarreling | rancour rancor | refuelled refueled
refuelling refueling | remodelled remodeled | rivalled rivaled | rumour rumor s ed | sabre saber s | saviour savior s
savour savor s ed ing y | sceptic skeptic s al ally ism | sepulchre sepulcher s | shovelled shoveled
shovelling shoveling | shrivelled shriveled | signalled signaled | signalling signaling | skilful skillful ly
smoulder smolder s ed ing | snivelling sniveling | snorkelling snorkeling | sombre somber ly | spectre specter s
spiralled spiraled | spiralling spiraling | splendour splendor s | succour succor | swivelled swiveled | titre titer s
totalled totaled | totalling totaling | towelling toweling | travelled traveled | traveller traveler s
travelling traveling | tumour tumor s | tunnelled tunneled | tunnelling tunneling | unfavourable unfavorable
unlabelled unlabeled | unravelled unraveled | unravelling unraveling | unrivalled unrivaled | untravelled untraveled
valour valor | vapour vapor s | vigour vigor | watercolour watercolor s | wilful willful ly | woollen woolen s
yodelling yodeling
"""

# British forms whose American counterpart is British too, in another sense or as a second spelling.
_BRITISH_ONLY = """
artefact s | cheque s | chequebook s | draught s y | foetus es | foetal | kerb s | kerbside | licence s | metre s
practise d s | practising | programme s | storey s | sulphur ous ic | sulphate s | tyre s | learnt | furore
gaol s | ageing | rigour s
"""

# American forms whose British counterpart is American too.
_AMERICAN_ONLY = "theater s goer goers | catalog s ed ing"

# Verbs whose -ise is British only, while their -ize is American and, as Oxford spelling, British.
_ISE = """
agon anonym apolog author bapt brutal capital categor central character civil colon commercial conceptual contextual
critic crystall custom demoral deodor destabil digit digital disorgan econom empath emphas energ equal eulog
familiar fantas fertil final formal fossil general global harmon hospital human hypothes ideal immun incentiv
individual industrial initial internal international item jeopard legal liberal local magnet material maxim mechan
memor mesmer minim mobil modern moistur monet monopol moral motor national neutral normal optim organ ostrac oxid
pasteur patron penal personal plagiar plural polar popular priorit privat public random rational real recogn reorgan
revital revolution romantic satir scrutin sensational serial social special stabil standard steril stigmat subsid
summar symbol sympath synchron synthes tantal terror theor token traumat trivial tyrann unauthor urban util vandal
vector verbal victim visual vocal western
"""
_ISE_ENDINGS = "ise ises ised ising iser isers isation isations isational isable"


def _expanded(entries: str, bases: int) -> list[list[str]]:
    """Each entry's bases, alone and with each of its endings."""
    rows: list[list[str]] = []
    for entry in entries.replace("\n", "|").split("|"):
        words = entry.split()
        rows += [[base + ending for base in words[:bases]] for ending in ["", *words[bases:]] if words]
    return rows


def _alone(entries: str) -> list[str]:
    return [form for (form,) in _expanded(entries, 1)]


@cache
def foreign_forms(variant: str) -> dict[str, str]:
    """The forms that are no words of ``variant``, each with the form that is one (empty where that depends)."""
    pairs = _expanded(_PAIRS, 2)
    if variant == "British":
        return {american: british for british, american in pairs} | dict.fromkeys(_alone(_AMERICAN_ONLY), "")
    forms = dict.fromkeys(_alone(_BRITISH_ONLY), "")
    forms.update((british, american) for british, american in pairs)
    for stem in _ISE.split():
        forms |= {stem + ending: stem + ending.replace("is", "iz") for ending in _ISE_ENDINGS.split()}
    return forms


@constraint(
    "style:spelling",
    "Use {variant} spelling.",
    Pass("The colour of the centre: grey. We organize and analyse it.", variant="British"),
    Pass("The color of the center: gray. We organize and analyze it.", variant="American"),
    Pass("A meter, a program and a license.", variant="British"),
    Pass("Pearl Harbor and the New Center Cafe.", variant="British"),
    Pass("We saw Pearl Harbor.", variant="British"),
    Pass("Set `color` at https://color.org to red.", variant="British"),
    Pass("The Labour Party won.", variant="American"),
    Pass("We like Labour Party tea.", variant="American"),
    Pass("We like the Labour Party.", variant="American"),
    Pass("The theatre burnt.", variant="American"),
    Pass("The paler color, aging well", variant="American"),
    Pass("The analyses are precise and wise; otherwise exercise.", variant="American"),
    Pass("The Department of Defense and the Secretary for Labor", variant="British"),
    Fail("The Best of Color", variant="British"),
    Fail("The University of colors", variant="British"),
    Fail("What color?", variant="British"),
    Fail("The theater burnt.", variant="British"),
    Fail("It fulfills us.", variant="British"),
    Fail("I like Gray.", variant="British"),
    Fail("COLOR SCHEME", variant="British"),
    Fail("A multi-colored coat", variant="British"),
    Fail("The color’s name", variant="British"),
    Fail("The color's name", variant="British"),
    Fail("Traveling is fun.", variant="British"),
    Fail("I analyze it.", variant="British"),
    Fail("Colours fade.", variant="American"),
    Fail("Now I colour it.", variant="American"),
    Fail("I Colour it.", variant="American"),
    Fail("See (Colour) Plates", variant="American"),
    Fail("We organised it.", variant="American"),
    Fail("Two organisations met.", variant="American"),
    Fail("Mesmerising, recognisable, globalisation", variant="American"),
    Fail("A kilo and a metre.", variant="American"),
    Fail("Travelling and neighbourhoods", variant="American"),
    source=NATIVE,
)
def spelling(reply: Text, *, variant: Literal["British", "American"]) -> Verdict:
    """No word of a fixed list of the other variant's forms (colour, centre, defence, travelled, analyse and the like).

    In any case, outside code and links. Verbs in -ize pass as both (Oxford spelling); forms that are also words of the
    variant in another sense ("meter", "program") pass. Names do too: a capitalised word with another beside it.
    """
    text = running_text(reply)
    foreign = foreign_forms(variant)
    spans = word_spans(text)
    wrong: list[tuple[int, int]] = []
    hints: list[str] = []
    for index, (start, stop) in enumerate(spans):
        for part in text[start:stop].lower().replace("’", "'").split("-"):
            word = part.partition("'")[0]
            if word in foreign and not _in_name(text, spans, index):
                wrong.append((start, stop))
                hints.append(f"{text[start:stop]} (for {foreign[word]})" if foreign[word] else text[start:stop])
                break
    return absent(hints, f"{variant} spelling only", wrong)


_OF_NAMES = ("Department", "Institute", "Minister", "Ministry", "Secretary", "Theatre", "University")


def _in_name(text: str, spans: list[tuple[int, int]], index: int) -> bool:
    """Whether the word is capitalised, and so is the word before or after it with only a space between.

    So is "Defense" in "Department of Defense".
    """
    start, stop = spans[index]
    if index > 1 and text[start].isupper() and text[slice(*spans[index - 1])] in ("of", "for"):
        return text[slice(*spans[index - 2])] in _OF_NAMES
    if not text[start].isupper() or text[start:stop].isupper():
        return False
    before = index > 0 and spans[index - 1][1] == start - 1 and _is_capitalised(text, spans[index - 1])
    after = index + 1 < len(spans) and spans[index + 1][0] == stop + 1 and _is_capitalised(text, spans[index + 1])
    return before or after


def _is_capitalised(text: str, span: tuple[int, int]) -> bool:
    return text[span[0]].isupper() and text[slice(*span)] != "I"


def _has_letters(text: str) -> bool:
    """Whether there is something to vary.

    >>> _has_letters("C#"), _has_letters("C9")
    (False, True)
    """
    return sum(map(str.isalnum, text)) > 1


Name = Annotated[str, Predicate(_has_letters), doc("a name or term with two or more letters or digits")]


@lru_cache(maxsize=256)
def _any_spelling(term: str) -> regex.Pattern[str]:
    """The letters of ``term`` in any case, and with or without a space, hyphen, dot or apostrophe between them."""
    import regex

    letters = [character for character in unicodedata.normalize("NFC", term) if character.isalnum()]
    forms = ({character, unicodedata.normalize("NFD", character)} for character in letters)
    body = r"[ \u00a0\u202f.'’\-\u2010\u2011]?".join(
        f"(?:{'|'.join(map(regex.escape, sorted(form)))})" for form in forms
    )
    # Beside kana and Chinese characters a word of another script needs no space.
    letter = r"[[\p{L}\p{N}]--[\p{Han}\p{Hiragana}\p{Katakana}]]" if term.isascii() else r"[\p{L}\p{N}]"
    return regex.compile(rf"(?<!{letter}){body}(?!{letter}|\p{{M}})", regex.IGNORECASE | regex.VERSION1)


@constraint(
    "style:exact_name",
    "Mention {name}, and write it exactly so wherever it occurs, with these capitals, spaces and marks.",
    Pass("I use GitHub. GitHub's fine.", name="GitHub"),
    Pass("E-mails? E-mail me an e-mail.", name="e-mail"),
    Pass("Use Node.js, not `nodejs` or https://nodejs.org.", name="Node.js"),
    Pass("Ann’s Tea", name=" Ann's Tea "),
    Pass("Ann's Tea", name="Ann’s Tea"),
    Pass("Git hubs, GitHub.", name="GitHub"),
    Pass(Text("Der Dom von Ko\u0308ln.", "de"), name="Köln"),
    Fail(Text("Der Dom von KO\u0308LN.", "de"), name="Köln"),
    Pass(Text("用GitHub好。", "zh"), name="GitHub"),
    Fail(Text("用Github好。", "zh"), name="GitHub"),
    Pass("The TK\u201155\u00a0Pro.", name="TK-55 Pro"),
    Fail("The TK\u201155Pro.", name="TK-55 Pro"),
    Fail("I use Github.", name="GitHub"),
    Fail("GitHub or git-hub?", name="GitHub"),
    Fail("GitHub or Git Hub?", name="GitHub"),
    Fail("e-mail or email?", name="e-mail"),
    Fail("E-Mail me.", name="e-mail"),
    Fail("github", name="GitHub"),
    Fail("I use GitHubs.", name="GitHub"),
    Fail("Use Node.JS or Node.js.", name="Node.js"),
    source=NATIVE,
)
def exact_name(reply: Text, *, name: Name) -> Verdict:
    """Other spellings have the same letters and digits in other cases, or joined or divided otherwise.

    Whole words outside code and links. A small first letter may be a capital, as at the beginning of a sentence.
    """
    text = running_text(reply)
    spans = [match.span() for match in _any_spelling(name).finditer(text)]
    right = {_plain(name), _plain(name)[:1].upper() + _plain(name)[1:]}
    wrong = [(start, stop) for start, stop in spans if _plain(text[start:stop]) not in right]
    return every(reply.raw, spans, wrong, "mentions", lambda: f"{quote(name)}, written exactly so")


_PLAIN = str.maketrans("\u2010\u2011\u00a0\u202f’", "--  '")


def _plain(term: str) -> str:
    plain = unicodedata.normalize("NFC", term).translate(_PLAIN)
    return plain.strip()
