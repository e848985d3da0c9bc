"""Ukraine's oblasts outside the listed regions: named in an address, they say that a village is not in a listed one."""

from __future__ import annotations

from typing import Final

from sekisho.places.text import key

#: The adjective that stands before область, in Ukrainian, Russian and Latin writing (folded on use).
_ADJECTIVES: Final = (
    "вінницька вінницької винницкая винницкой vinnytska vinnitskaya vinnytsia vinnitsa волинська волинської волынская volynska volyn "
    "дніпропетровська дніпропетровської днепропетровская днепропетровской dnipropetrovska dnipropetrovsk dnepropetrovsk "
    "житомирська житомирської житомирская zhytomyrska zhytomyr закарпатська закарпатської закарпатская zakarpatska zakarpattia "
    "франківська франківської франковская frankivska frankivsk київська київської киевская киевской kyivska kyiv kievskaya kiev "
    "кіровоградська кіровоградської кировоградская kirovohradska kirovohrad львівська львівської львовская львовской lvivska lviv lvov "
    "миколаївська миколаївської николаевская mykolaivska mykolaiv nikolaev одеська одеської одесская одесской odeska odesa odessa "
    "полтавська полтавської полтавская poltavska poltava рівненська рівненської ровенская rivnenska rivne сумська сумської сумская sumska "
    "sumy тернопільська тернопільської тернопольская ternopilska ternopil харківська харківської харьковская харьковской kharkivska "
    "kharkiv kharkov хмельницька хмельницької хмельницкая khmelnytska khmelnytskyi черкаська черкаської черкасская cherkaska cherkasy "
    "чернівецька чернівецької черновицкая chernivetska chernivtsi чернігівська чернігівської черниговская chernihivska chernihiv"
)
OTHER_OBLASTS: Final = frozenset(key(word) for word in _ADJECTIVES.split())
