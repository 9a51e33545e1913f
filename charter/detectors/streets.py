"""Words that name a kind of street, by country: what makes a number beside a name an address.

English kinds are those of USPS Publication 28 and Royal Mail; the others are the common ones of the language.
"""

from __future__ import annotations

import re


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# After a house number and a name these are enough: "48 Larkspur Lane".
ENGLISH = (
    r"Streets?|St|Avenue|Ave|Av|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl|Square|Sq|Terrace|Ter|Close|"
    r"Crescent|Cres|Parkway|Pkwy|Highway|Hwy|Turnpike|Circle|Cir|Alley|Mews|Grove|Gardens|Esplanade|Quay|Causeway|Parade|"
    r"Trail|Way|Row|Str|Isle|Route|Broadway|Walk|Rise|Hill|Heights|Loop"
)
# After a house number and a name these need a unit, a town or words like "lives at" beside them: "7 Manor Park".
ENGLISH_WEAK = (
    r"Approach|Branch|Bridge|Brooks?|Burg|Bypass|Camp|Canyon|Cape|Circles|Cliffs?|Club|Common|Corner|Courts|Cove|Creek|"
    r"Crest|Crossing|Crossroads?|Curve|Dale|Dam|Divide|Drives|Estates?|Expressway|Extensions?|Fairway|Falls?|Ferry|"
    r"Fields?|Flats?|Fords?|Forest|Forges?|Forks?|Fort|Freeway|Garden|Gateway|Glens?|Greens?|Groves|Harbors?|Haven|Hills|"
    r"Hollow|House|Inlet|Islands?|Junctions?|Keys?|Knolls?|Lakes?|Land|Landing|Lights?|Locks?|Lodge|Mall|Manors?|"
    r"Meadows?|Mew|Mills?|Mission|Motorway|Mount|Mountains?|Neck|Orchard|Oval|Overpass|Parks?|Parkways|Pass|Passage|Path|"
    r"Pike|Pines?|Plains?|Plaza|Points?|Ports?|Prairie|Radial|Ramp|Ranch|Rapids?|Rest|Ridges?|River|Roads|Run|Shoals?|"
    r"Shores?|Skyway|Springs?|Spurs?|Squares|Station|Stravenue|Stream|Summit|Throughway|Tower|Trace|Track|Trafficway|"
    r"Tunnel|Underpass|Unions?|Valleys?|Viaduct|Views?|Villages?|Ville|Vista|Walks|Wall|Ways|Wells?|Wharf|Yard"
)
# Words that end in these, before a number: "Lindenstrasse 12". Endings that names and English words have too (-tie,
# -ring, -gade, -gate, -damm) are left out: such streets are found by what stands around them.
COMPOUND = re.compile(
    r"[\w\-.'’]{3,}(?:stra(?:ß|ss)e|str\.|gasse|weg|allee|platz|ufer|steig|stieg|"  # German
    r"straat|laan|plein|singel|gracht|dreef|steenweg|"  # Dutch
    r"vej|vejen|stræde|vænget|alléen|"  # Danish
    r"gatan|gata|vägen|väg|gränd|torget|backen|stigen|"  # Swedish
    r"veien|vegen|gaten|svingen|bakken|"  # Norwegian
    r"katu|kuja|polku|bulevardi|"  # Finnish
    r"vegur|stræti|straeti|braut|"  # Icelandic
    r"utca|ulica)",
    re.IGNORECASE,
)
# Words that stand alone between the name and the number: "Rákóczi út 13".
AFTER_NAME = _words(
    "út útja utca u. tér tere körút rkp. tee tänav põik puiestee maantee gate gata väg weg straße strasse Straße "
    "Strasse Str. straat laan tie katu vej platz Platz allee Allee Weg Út Utca sok. sokak cad. caddesi"
)
# Words that stand before the name: "Via Roma 131". English has "via" and "am" too, so those of the first line count
# only when they are written with a capital.
BEFORE_NAME = (
    r"(?:(?:Via|Viale|Corso|Strada|Largo|Borgo|Canale|Am|Im|Zum|Zur|An der|Auf dem|Trg|Cesta)[ ]|"
    r"(?i:rue|avenue|boulevard|chemin|all[ée]e|impasse|quai|piazza|piazzale|vicolo|stretto|calle|avenida|paseo|camino|"
    r"rambla|carrer|r[úu]a|alameda|travessa|viela|ladeira|rodovia|pra[çc]a|estrada|ulica|aleja|plac|nám[ěe]st[íi]|"
    r"λεωφόρος|πλατεία|οδός|улица|проспект)[ ]|"
    r"(?i:av\.|avda\.|bd\.|ul\.|(?<!et )al\.|os\.|pl\.|nám\.|λ\.|ул\.|пр\.|C/)[ ]?)"
)
# Words that stand between a number and the name: "12 rue des Lilas".
ROMANCE = r"(?i:rue|avenue|av|avda|avenida|boulevard|bd|chemin|all[ée]e|impasse|quai|cours|place|route|r[úu]a|via|ul)"
PARTICLES = _words(
    "de du des la le les l' d' di del della delle dei do da dos das e y i und van der den het ter ten 't von zum "
    "zur am an im of the na nad pod při z u v k al el las los ul. av."
)
# Names that a number follows and that are no street's: "Motel 6", "1 Samuel 16" is found out by its short number.
NO_STREET = _words(
    "act age area bbc book building bus camp channel chapter class cup day district dock earth episode exit figure "
    "floor formula gate grade group iphone item level line lot motel no number page part phase pier planet platform "
    "radio room season section sector stage step super table team terminal tier track version volume war week "
    "windows year zone box postbox office jan january feb february mar march apr april may jun june jul july aug "
    "august sep sept september oct october nov november dec december"
)
