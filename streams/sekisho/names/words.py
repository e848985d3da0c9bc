"""The words that names are built with: legal forms, what an organisation does, places, particles, titles, numbers.

``data/words.txt`` has the small ones, ``data/trade.txt`` what organisations do and are, ``data/places.txt`` places. A
concept is ``family.name``: words of one concept are translations of each other (工場, завод, plant), words of one family
come near (plant, factory). ``a.b+c.d`` is one word that says two things (ОКБ: an experimental, design bureau).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from math import log
from typing import Final, NamedTuple

from sekisho.names.romanise import romanise
from sekisho.names.sounds import fold
from sekisho.names.text import clean, script_of

_FILES: Final = ("words", "trade", "places")
#: Stems shorter than this are no stems: too many names begin so.
_STEM: Final = 5
#: In Cyrillic letters a word is Russian for sure: medn- of copper.
CYRILLIC_STEM: Final = 4
_PHRASE_STEM: Final = 3
#: English words from this length on are known in the plural too.
_PLURAL: Final = 4


#: A legal form of several words and so many letters is known with a slip in it: its words would pass for the name's own.
_LONG_FORM: Final = 16


class Word(NamedTuple):
    """``kind`` is ``legal``, ``generic``, ``topic``, ``place``, ``stop``, ``particle``, ``title`` or ``number``."""

    kind: str
    concept: str


class Vocabulary(NamedTuple):
    """``phrases`` by their words; ``glued`` are the forms cut out of text without spaces."""

    words: dict[str, Word]
    #: particles and titles alone: all that a person's name has of these
    small: dict[str, Word]
    phrases: dict[str, Word]
    #: first words of phrases, with the length of the longest phrase that begins so
    starts: dict[str, int]
    glued: dict[str, Word]
    glued_longest: int
    #: Russian and Ukrainian words by their stems in Latin letters, whichever alphabet they are written in; phrases of them
    stems: dict[str, Word]
    stem_phrases: dict[str, Word]
    stem_starts: dict[str, int]
    #: Arabic and Persian words without article and with one letter for its variants
    arabic: dict[str, Word]


@cache
def vocabulary() -> Vocabulary:
    """Read once."""
    found = Vocabulary({}, {}, {}, {}, {}, 0, {}, {}, {}, {})
    plurals: dict[str, Word] = {}
    for word, form in _entries():
        script = script_of(form[0])
        if script in ("han", "kana", "hangul"):
            found.glued[form] = word
            if word.kind == "place" and script == "han" and len(form) == 2:
                found.glued[form + "市"] = found.glued[form + "省"] = word
        form = " ".join(form.replace("・", " ").split())
        parts = form.split(" ")
        if len(parts) > 1:
            found.phrases[form] = word
            found.starts[parts[0]] = max(found.starts.get(parts[0], 0), len(parts))
        elif word.kind != "legal" or form not in found.words:
            found.words[form] = word
            if word.kind in ("particle", "title"):
                found.small[form] = word
        if script == "cyrillic" and word.kind in ("generic", "topic", "place", "legal"):
            stems = [phrase_stem(part) for part in parts]
            if len(stems) > 1:
                found.stem_phrases[" ".join(stems)] = word
                found.stem_starts[stems[0]] = max(found.stem_starts.get(stems[0], 0), len(stems))
            elif word.kind != "legal" and len(short := stem(form, CYRILLIC_STEM)) >= CYRILLIC_STEM:
                found.stems[short] = word
        elif script == "arabic" and len(parts) == 1 and word.kind in ("generic", "topic", "place", "legal"):
            found.arabic[plain_arabic(form)] = word
        elif form.isascii() and len(form) >= _PLURAL and word.kind in ("generic", "topic") and form[-1] != "s":
            plurals[form[:-1] + "ies" if form[-1] == "y" and form[-2] not in "aeo" else form + "s"] = word
    for form, word in plurals.items():
        found.words.setdefault(form, word)
    for form, word in list(found.phrases.items()):
        if word.kind == "legal" and (short := _shortened(form)) != form:
            found.phrases.setdefault(short, word)
            first, *rest = short.split()
            found.starts[first] = max(found.starts.get(first, 0), 1 + len(rest))
    for form, word in list(found.phrases.items()):
        if word.kind == "legal" and form.isascii() and len(form) >= _LONG_FORM:
            for slipped in _slips(form):
                first, *rest = slipped.split()
                found.phrases.setdefault(slipped, word)
                found.starts[first] = max(found.starts.get(first, 0), 1 + len(rest))
    return found._replace(glued_longest=max(map(len, found.glued)))


#: How the words of a legal form are shortened in English, in all of it or not at all.
_SHORT: Final = {"company": "co", "limited": "ltd", "corporation": "corp", "incorporated": "inc", "private": "pvt"}


def _shortened(form: str) -> str:
    return " ".join([_SHORT.get(part, part) for part in form.split(" ")])


def _slips(form: str) -> Iterator[str]:
    """A phrase with two letters that changed places, and with one that is missing; a space moves like a letter."""
    for at in range(1, len(form) - 1):
        yield form[:at] + form[at + 1] + form[at] + form[at + 2 :]
        if " " not in form[at - 1 : at + 2]:
            yield form[:at] + form[at + 1 :]


def _entries() -> Iterator[tuple[Word, str]]:
    for name in _FILES:
        for line in files("sekisho.names").joinpath(f"data/{name}.txt").read_text("utf-8").splitlines():
            if not line or line.startswith("#"):
                continue
            head, _, forms = line.partition(" = ")
            kind, concept = head.split()
            for raw in forms.split(","):
                form = " ".join(raw.split())
                if form:
                    if script_of(form[0]) in ("arabic", "thai", "hangul"):
                        form = clean(form).text
                    yield Word(kind, concept), form


@cache
def topics() -> frozenset[str]:
    """The concepts that say what a trade is in."""
    return frozenset(part for word, _ in _entries() if word.kind == "topic" for part in word.concept.split("+"))


@cache
def russian_forms() -> dict[str, tuple[str, ...]]:
    """Concept: its Russian words, in the order of the files."""
    table: dict[str, tuple[str, ...]] = {}
    for word, form in _entries():
        if script_of(form[0]) == "cyrillic" and word.kind in ("generic", "topic", "place"):
            table[word.concept] = (*table.get(word.concept, ()), form)
    return table


#: A word that so many organisations of one list have says as little as the commonest.
_ANYBODYS: Final = 50


@cache
def firms() -> dict[str, float]:
    """How common a folded word is in the names of organisations: from 0 (in few) to 1 (in fifty and more)."""
    lines = files("sekisho.names").joinpath("data/firms.txt").read_text("utf-8").splitlines()
    counted = (line.split(" ") for line in lines if line and not line.startswith("#"))
    return {word: min(1.0, log(int(count)) / log(_ANYBODYS)) for word, count in counted}


@cache
def ordinary() -> frozenset[str]:
    """Folded words of trade and of everyday texts: they carry no name by themselves."""
    text = files("sekisho.names").joinpath("data/ordinary.txt").read_text("utf-8")
    return frozenset(fold(word) for word in text.split("\n") if word and not word.startswith("#"))


@cache
def plain() -> frozenset[str]:
    """Plain English words that firms of any trade call themselves by, as they are written: Vector, but not Vektor."""
    texts = [files("sekisho.names").joinpath(f"data/{name}.txt").read_text("utf-8") for name in ("plain", "ordinary")]
    lines = [line for text in texts for line in text.splitlines() if not line.startswith("#")]
    return frozenset([word for line in lines for word in line.split()])


def family(concept: str) -> str:
    """``plant`` of ``plant.factory``."""
    return concept.partition(".")[0]


#: Endings of Russian and Ukrainian adjectives and nouns, as the folding writes them.
_ENDING: Final = re.compile(r"(?:[ie]?i?[oe]g[oe]|[oe]m[ui]?|im[iu]?|am[i]?|ih|iv|ah|[aeiou]+i?h?)$")


@lru_cache(maxsize=32768)
def stem(word: str, shortest: int = _STEM) -> str:
    """A Russian or Ukrainian word, in either alphabet, without its ending: ``судостроительная`` and ``sudostroitelnogo``
    are ``sudostroiteln``. A word that would be shorter than ``shortest`` keeps it."""
    folded = fold(word if word.isascii() else romanise(word.replace("ё", "е"), "cyrillic"))
    short = _ENDING.sub("", folded)
    return short if len(short) >= shortest else folded


def phrase_stem(word: str) -> str:
    """The same inside a phrase, where the other words say what a short one is (генерального штаба)."""
    return stem(word, _PHRASE_STEM)


_ARABIC_SAME: Final = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ئ": "ي", "ک": "ك", "ة": "ه", "ۀ": "ه", "ؤ": "و"}
)
_ARABIC_PREFIX: Final = re.compile(r"^(?:وال|بال|فال|كال|ال|لل)(?=..)")


@lru_cache(maxsize=8192)
def plain_arabic(word: str) -> str:
    """Without article, prefixed prepositions and short vowels, one letter for its variants: ``الإسلامية`` is ``اسلاميه``."""
    return _ARABIC_PREFIX.sub("", "".join(c for c in word.translate(_ARABIC_SAME) if not "\u064b" <= c <= "\u0652"))


#: Given names in Japanese letters whose sounds Japanese has not: the usual Latin spelling.
_KANA_NAMES: Final = """
セルゲイ=sergei アレクサンドル=aleksandr アレクセイ=aleksei アンドレイ=andrei ウラジーミル=vladimir ウラジミール=vladimir ウラディーミル=vladimir ヴラジーミル=vladimir ヴォロディミル=volodymyr ドミートリー=dmitri ドミトリー=dmitri
ドミトリイ=dmitri イーゴリ=igor イゴール=igor ユーリー=yuri ユーリ=yuri ユーリイ=yuri ニコライ=nikolai オレグ=oleg ミハイル=mikhail ミハイロ=mykhailo エヴゲーニー=evgeny エヴゲニー=evgeny エヴゲーニ=evgeny エフゲニー=evgeny エウヘン=yevhen エフゲーニー=evgeny
ヴィクトル=viktor ヴィークトル=viktor ビクトル=viktor オリガ=olga ロマン=roman ナターリヤ=natalia ナタリヤ=natalia ナタリア=natalia アントン=anton デニス=denis ボリス=boris エレーナ=elena イリーナ=irina パーヴェル=pavel パヴェル=pavel パヴロ=pavlo
アナトーリー=anatoly アナトリー=anatoly マクシム=maxim マキシム=maxim イワン=ivan イヴァン=ivan アルチョム=artem スヴェトラーナ=svetlana ヴャチェスラフ=vyacheslav ビャチェスラフ=vyacheslav レオニード=leonid レオニド=leonid マリヤ=maria マリア=maria
コンスタンチン=konstantin コンスタンチーン=konstantin コンスタンティン=konstantin ルスラン=ruslan ヴィターリー=vitaly ヴィタリー=vitaly ビタリー=vitaly エカテリーナ=ekaterina ヴァレーリー=valery ヴァレリー=valery バレリー=valery タチヤーナ=tatiana タチアナ=tatiana テチャーナ=tetiana
ピョートル=petr オクサーナ=oksana ヴラジスラフ=vladislav ウラジスラフ=vladislav ウラディスラフ=vladislav キリル=kirill ユリヤ=yulia アーラ=alla アッラ=alla ヴァシーリー=vasily ワシーリー=vasily ワシリー=vasily ゲンナージー=gennady ゲンナジー=gennady ゲンナディ=gennady スタニスラフ=stanislav
グリゴーリー=grigory グリゴリー=grigory ゲオルギー=georgy ニキータ=nikita ヤロスラフ=yaroslav グレブ=gleb ヴァレンチナ=valentina ヴァレンチン=valentin ステパン=stepan ヴァジム=vadim ヴァジーム=vadim クセーニヤ=ksenia クセーニャ=ksenia ナジェージダ=nadezhda アナスタシーヤ=anastasia アナスタシア=anastasia
ダリヤ=daria ティムール=timur オレクサンドル=oleksandr オレクシー=oleksii セルヒー=serhiy アンドリー=andriy ミコラ=mykola ドミトロ=dmytro ペトロ=petro オレフ=oleh イーホル=ihor エレナ=elena ウィリアム=william マイケル=michael チャールズ=charles ジョージ=george ジェームズ=james デイヴィッド=david トーマス=thomas ジョゼフ=joseph ロバート=robert リチャード=richard
チャン=jang チョ=jo  キム=kim パク=pak リ=ri イ=yi カン=kang ペク=paek ムン=mun ユン=yun シン=sin ハン=han ソ=so ホ=ho ノ=no チュ=ju ファン=hwang ク=ku コ=ko オ=o ペ=pae クォン=kwon クウォン=kwon
アブドゥル=abdul アブドル=abdul アブデル=abdul アブド=abdul アブドゥ=abdul アブドッ=abdul アブドゥッ=abdul アブドゥルラフマン=abdulrahman モハンマド=mohammad ムハンマド=muhammad モハメド=mohamed モハメッド=mohamed モハンメド=mohammed ムハマド=muhamad マホメット=mohammed フセイン=hussein フサイン=hussain サイード=saeed サイイド=sayyid ハサン=hasan ハッサン=hassan アフマド=ahmad アフメド=ahmed アハマド=ahmad イブラヒム=ibrahim イブラヒーム=ibrahim オマル=omar ウマル=umar
"""


@cache
def kana_names() -> dict[str, str]:
    """Given names in kana with their Latin spelling."""
    return dict(pair.split("=") for pair in _KANA_NAMES.split())


#: What the letters of the alphabet are called in Japanese: ``エル・エル・シー`` is llc.
KANA_LETTERS: Final = dict(
    pair.split("=")
    for pair in [
        # firms whose Japanese name follows neither their spelling nor their sound
        "ファーウェイ=huawei",
        "フアウェイ=huawei",
        "ハイシリコン=hisilicon",
        "エー=a",
        "エイ=a",
        "ビー=b",
        "シー=c",
        "ディー=d",
        "イー=e",
        "エフ=f",
        "ジー=g",
        "エイチ=h",
        "アイ=i",
        "ジェー=j",
        "ジェイ=j",
        "ケー=k",
        "ケイ=k",
        "エル=l",
        "エム=m",
        "エヌ=n",
        "オー=o",
        "ピー=p",
        "キュー=q",
        "アール=r",
        "エス=s",
        "ティー=t",
        "ユー=u",
        "ヴイ=v",
        "ブイ=v",
        "ヴィー=v",
        "ダブリュー=w",
        "エックス=x",
        "ワイ=y",
        "ゼット=z",
    ]
)

#: Short forms of given names, by the full name (or the family) they stand for.
_NICKNAMES: Final = """
benjamin=ben,benny,benji,bibi,binyamin;william=bill,billy,will,willy,liam,wilhelm,guillermo,memo,guillaume;robert=bob,bobby,rob,robbie,bert,roberto,beto;richard=dick,rick,ricky,rich,richie,ricardo,riccardo,rikard
theodore=ted,teddy,theo,teodor;edward=ed,eddie,ted,ned,eduard,edouard,eduardo,edvard,lalo;james=jim,jimmy,jamie,jaime,santiago,jacobo;john=jack,johnny,jon,jonny,johan,johann,ian,sean,juan,joao,giovanni,jan,jean
michael=mike,mick,mickey,mikhail,michel,miguel,mikhael,misha;joseph=joe,joey,jose,josef,iosif,yusuf,youssef,pepe,giuseppe,yosef,yousef,yousuf,jozef;thomas=tom,tommy,tomas;charles=charlie,chuck,chas,carlos,karl,carl
daniel=dan,danny,daniil,danila;david=dave,davy,davey,davit,daud,dawood;samuel=sam,sammy;matthew=matt,matvei,mateo;andrew=andy,drew,andrei,andre,andreas,andriy,andrii
anthony=tony,anton,antonio,toni,antoine,antoun,antonios,antonin;christopher=chris,kris,cristobal;alexander=alex,sasha,sacha,aleksandr,oleksandr,aleks,alejandro,iskander,alexandre,sandro,alec,alyaksandr,aliaksandr,aljaksandr,aleksander,alexandr,alexandros,alessandro,sikandar
vladimir=volodymyr,vova,volodya,uladzimir,wladimir,vlad,volodimir,uladzimer,vladimer;sergei=serhiy,serhii,serge,sergio,siarhei,siarhiej,seriozha,sergiy,syarhei,syarhey,siarhey,serguei
nikolai=mykola,nicholas,nick,kolya,nicolas,nicola,mikalai,mikola,mikalay,nikolaos,nicolae,niculae;dmitri=dima,dmytro,dimitri,dzmitry,demetrius,mitya,dmitry,dzmitri,zmitser,dimitrios,dimitar;mykhailo=mikhail,michael
yevgeny=evgeny,yevhen,eugene,zhenya,jevgeni,yevhenii,evgeni,eugen,ievgen,yauheni;pavel=pavlo,paul,pablo,pasha,paval,bulus,paulo,paolo,pavlos;peter=petr,petro,pyotr,pedro,pierre,piotr,petya,boutros,piero,pere,petros,boutrus
yuri=yury,iurii,georgy,jury,yurii,juri,iouri,yuriy,iurie,yurij;georgi=george,heorhiy,jorge,giorgi,yegor,georg,egor,georges,jurj,jirjis,girgis,jiri,yorgos;yelena=elena,olena,helen,lena,helena,alena,alyona,aliona
tatiana=tetiana,tatyana,tanya,tetyana,tatsiana;natalia=nataliya,natasha,natalya,natalie,natallia,nataliia;anna=anya,hanna,ann,anne,ana;maria=mary,mariya,masha,marie;olga=olha,volha,olya
katherine=kate,katie,kathy,catherine,kateryna,yekaterina,ekaterina,katya,kat;elizabeth=liz,beth,betty,liza,elisabeth,yelizaveta,lizzie,eliza,isabel,elsbeth
margaret=maggie,peggy,meg,margarita,greta,rita;igor=ihor,ihar;oleg=oleh,aleh;konstantin=kostya,kostiantyn,constantine,kanstantsin;alexei=oleksiy,oleksii,alyosha,aliaksei,aleksey,alexis,oleksij
ivan=vanya,ioann,ivane,iwan,jovan;gennady=hennadiy,gena,henadz,hennadii,genadi;grigory=hryhoriy,gregory,grisha,greg,hryhorii,gregor;viktor=victor,vitya,viktar,vittorio,viktoras;leonid=lenya,leonti;lev=leo,leon
stepan=stephen,steve,steven,stefan,esteban,etienne,stephan,stjepan,stefano,istvan;francis=frank,francisco,pancho,paco,francois,franz,frankie,francesco,ferenc,franciszek;ronald=ron,ronnie;donald=don,donnie;kenneth=ken,kenny;lawrence=larry,laurence
timothy=tim,timmy,timofei;gerald=gerry,jerry;jeffrey=jeff,geoffrey;patrick=pat,paddy;raymond=ray;frederick=fred,freddy,friedrich,federico;henry=harry,hank,henri,heinrich,enrique,hendrik,henrik,kike;albert=al,bert
abdullah=abdallah,abdulla;muhammad=mohd,md,muh,mohammad,mohd,mhd,mohamad;osama=usama,osamah,oussama;ali=aly;hussein=husayn,hussain;ebrahim=ibrahim,abraham,avraham;yaqub=jacob,jakob,yakov,iakov,yaakov,jacques,jacobo,giacomo,yaacov,yakub
susan=sue,suzy,susanna;deborah=deb,debbie;rebecca=becky;jennifer=jen,jenny;jessica=jess;patricia=pat,patty,tricia;barbara=barb,varvara;alfred=alf,fred;arthur=art,artur;walter=walt,wally
nathaniel=nate,nat,nathan;philip=phil,filip,felipe,philippe;vincent=vince,vinny,vicente;zachary=zach,zack;jonathan=jon,jonny;louis=lou,luis,lewis,ludwig,luigi,lucho,lluis,luiz;manuel=manny,emmanuel,manolo,emanuel
vyacheslav=viacheslav,slava,viacheslau,vechaslau;yaroslav=slava,jaroslav;svyatoslav=slava,sviatoslav;stanislav=stas,stanislaw,stanislau;vasily=vasyl,basil,vasya,vasilii,vassili,vasil,vasile,vasyli,vassily;semyon=simon,semen,shimon;iliya=ilya,elias,illia,ilia,elijah
anatoly=anatol,anatoli,anatolii,tolya;maxim=maksim,maxym,maksym,max;artem=artyom,artiom,artsiom,tyoma;denis=dzianis,denys,dennis;roman=raman;valery=valeri,valerii,valer,valera
vitaly=vitali,vital,vitalii;lyudmila=ludmila,lyudmyla,liudmyla,mila;svetlana=sviatlana,svitlana,sveta;galina=halyna,halina,galya;nadezhda=nadiya,nadzeya,nadia;irina=iryna,arina,irene,ira;julia=yulia,yuliya,iuliia,yuliia,julie,giulia
ksenia=kseniya,xenia,kseniia,oksana,aksana;musa=moussa,moses,moshe,moises;sulaiman=suleiman,soleiman,sulayman,solomon,salomon;ishaq=isaac,itzhak,ishak,yitzhak;ismail=esmail,ishmael,ismael;harun=aaron,haroun,aron,aharon
ignatius=ignacio,nacho,ignazio;jesus=chuy;salvador=chava;ernest=ernesto,neto;rafael=raphael,rafaele,raffaele;vincent=vicente,chente;ferdinand=fernando,hernando,nando;rudolf=rodolfo,rudolph,rudy;gustav=gustavo,gustave
"""


@cache
def nicknames() -> dict[str, frozenset[str]]:
    """Word: the families of given names that it may stand for."""
    table: dict[str, set[str]] = {}
    for entry in _NICKNAMES.replace("\n", ";").split(";"):
        head, equals, forms = entry.partition("=")
        if equals:
            for form in (head, *forms.split(",")):
                table.setdefault(form, set()).add(head)
    return {form: frozenset(heads) for form, heads in table.items()}
