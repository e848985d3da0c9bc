"""Words around a place name that say what it is the name of: a street, a hotel, a town."""

from __future__ import annotations

from typing import Final

from sekisho.places.text import fold, key


def _set(text: str) -> frozenset[str]:
    return frozenset(key(fold(word)) for word in text.split())


#: Before a street's name.
STREET_BEFORE: Final = _set(
    "ul ulitsa ulica ulitca vul vulytsia vulytsya vulitsa str strada prospekt prospect prosp prt pereulok provulok proezd bulvar bulv "
    "shosse ploshchad ploshcha naberezhnaya naberezhna rue via viale calle carrer avenida av ave avenue rua boulevard bd blvd place "
    "jalan jl straße strasse street plaza piazza ulice aleja al plac quai cours "
    "вул вулиця вулиці вулицю вулицею ул улица улице улицы улицу просп проспект проспекті проспекте пр прт пер переулок провулок "
    "провулку бул бульвар бульварі шоссе шосе пл площа площі площадь площади наб набережна набережная проезд проїзд узвіз тупик алея аллея"
)
#: After a street's name.
STREET_AFTER: Final = _set(
    "street st str road rd avenue ave av boulevard blvd lane ln square sq drive dr way highway hwy quay embankment court ct terrace "
    "crescent close gardens place pl row walk parade circle strasse straße str gasse platz allee weg damm utca utja ut ulitsa ulica "
    "ulice prospekt tn tanav tänav gatve katu gatan vej caddesi cad sokak sok plein straat laan tér iela "
    "вул вулиця ул улица просп проспект пер переулок провулок площадь площа шоссе шосе бульвар набережная "
    "通り 通 街 大通り 広場 丁目"
)
#: Little words between a street word and its name: rue de Crimée, Battle of Sevastopol.
PARTICLE: Final = _set("de du des la le les d del della di da do dos of the von der den an am")
#: Beside the name, or before it with a particle between: an event, not the town.
EVENT: Final = _set("battle war siege conference agreement accords memorial treaty")
#: A settlement follows.
SETTLEMENT_BEFORE: Final = _set(
    "м місто міста місті г гор город города городе с село селі села селе смт пгт п пос поселок посёлок поселка ст станиця станица сщ "
    "селище селищі c city town village selo selyshche misto gorod smt pgt port порт порту порта порті рп х хутор"
)
#: A village follows: with it, Крым is a hamlet of that name and not the peninsula.
VILLAGE_BEFORE: Final = _set("х хутор хут с село сел сл слобода д деревня дер khutor selo village derevnya")
#: A case form after one of these is a place: в Донецке, до Криму.
PREPOSITION: Final = SETTLEMENT_BEFORE | _set(
    "в у во из із зі з до на под під через для от від к ко по и та і й про республіка республика республики республики області области "
    "территория территории території окупованого оккупированного"
)
#: A house, not the town: Hotel Yalta, Севастополь ресторан. (An inn is the word *in* once double letters are folded.)
NOT_A_TOWN: Final = _set(
    "hotel hostel motel restaurant restoran cafe café kafe bar pub bistro pizzeria cinema kino theatre theater club klub "
    "conference agreement war battle museum monument memorial bridge metro tower house villa apartments palace mall plaza shopping "
    "гостиница отель ресторан кафе бар готель кинотеатр кінотеатр театр клуб музей метро тц трц бц жк санаторий санаторій снт днт тсн днп "
    "ホテル レストラン カフェ 会談 戦争 劇場"
)
REPUBLIC: Final = _set("республика республики республике respublika republic респ")
UKRAINE: Final = _set(
    "ukraine ukraina ukrayina україна україни україні украина украины украине украину україну ucraina ukrajina ウクライナ ウクライナ国 乌克兰 烏克蘭 우크라이나"
)
RUSSIA: Final = _set(
    "russia russian rossiya россия россии росія росії рф russland russie rusland ロシア ロシア連邦 俄罗斯 俄羅斯 러시아"
)
#: The oblast of the other Donetsk.
ROSTOV: Final = _set("rostov rostovskaya rostovska ростовская ростовской ростовська ростовської ロストフ ロストフ州")
OBLAST: Final = _set("oblast obl region province область обл области області регіон край krai 州")
#: What stands in the field of a place and names none, alone or beside a country: TBA, Any Ukrainian port.
NO_PLACE: Final = _set(
    "tba tbc tbd tbe tbn tbo to be advised announced agreed confirmed declared determined nominated notified named unknown unspecified "
    "undefined none nil null na n a not applicable available stated yet any all various several main base basis port ports seaport harbour "
    "harbor airport terminal station border frontier customs warehouse depot door inland delivery destination discharge final place point "
    "city town region territory area country of the in at as per by see below above invoice bl b l order agent client customer consignee "
    "receiver buyer same ukrainian ukrainskyi ukrainskiy ukrainisch russian x xx xxx xxxx cy cfs cif cfr fob dap ddp fca cpt cip exw "
    "неизвестно уточняется украинский порт любой невідомо український будь який 未定 不明 不詳 未詳 待定 不详"
)
#: After these an address says whom to call there.
CONTACT: Final = _set(
    "tel telephone phone ph fax attn attention email mob mobile cell contact pic whatsapp тел телефон факс моб 电话 電話"
)
