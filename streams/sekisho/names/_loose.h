/* How alike two words are, one of which is written without vowels or with vowels that are not the name's: similar._loose,
   for words in Latin letters; part of _quick.c. Each step stands there with its reason. */

#define HOPE 0.4      /* similar._HOPE */
#define ENGLISH 0.97  /* similar.ENGLISH */
#define OTHER_OPENING 0.2  /* similar.OTHER_OPENING */
#define SAME_SPELLING 0.97 /* similar.SAME_FOLD */

typedef enum { OPEN, KANA, ABJAD_ARABIC, ABJAD_HEBREW, HANGUL, OTHER_LOOSE, OTHER } Script;

typedef struct {
    Sound text, bones, fold;
    PyObject *source;
    Script script;
} Side;

static size_t
widen(const Sound *sound, uint32_t *letters)
{
    for (size_t i = 0; i < sound->length; i++)
        letters[i] = (uint8_t)sound->letters[i];
    return sound->length;
}

static int
same(const Sound *one, const Sound *two)
{
    return one->length == two->length && !memcmp(one->letters, two->letters, one->length);
}

/* Optimal string alignment, normalised. */
static double
osa(const Sound *one, const Sound *two)
{
    uint32_t a[sizeof one->letters], b[sizeof two->letters];
    Pattern pattern;
    if (same(one, two))
        return 1.0;
    make_ready(&pattern, a, widen(one, a));
    return likeness(&pattern, b, widen(two, b), 0.0);
}

/* rapidfuzz's JaroWinkler.similarity, with its window, its count of half transpositions and its bonus for four letters. */
static double
jaro_winkler(const Sound *one, const Sound *two)
{
    const char *x = one->letters, *y = two->letters;
    size_t m = one->length, n = two->length, common = 0, crossed = 0;
    uint8_t met1[sizeof one->letters], met2[sizeof two->letters];
    if (!m && !n)
        return 1.0;
    if (!m || !n)
        return 0.0;
    if (m == 1 && n == 1)
        return x[0] == y[0] ? 1.0 : 0.0;
    memset(met1, 0, m);
    memset(met2, 0, n);
    size_t half = (m > n ? m : n) / 2, bound = half ? half - 1 : 0;
    for (size_t i = 0; i < m; i++) {
        size_t first = i > bound ? i - bound : 0, last = i + bound < n ? i + bound : n - 1;
        for (size_t j = first; j <= last && j < n; j++)
            if (!met2[j] && x[i] == y[j]) {
                met1[i] = met2[j] = 1;
                common++;
                break;
            }
    }
    if (!common)
        return 0.0;
    size_t k = 0;
    for (size_t i = 0; i < m; i++) {
        if (!met1[i])
            continue;
        while (!met2[k])
            k++;
        crossed += x[i] != y[k++];
    }
    double alike = 0.0;
    alike += (double)common / (double)m;
    alike += (double)common / (double)n;
    alike += ((double)common - (double)(crossed / 2)) / (double)common;
    alike /= 3.0;
    size_t prefix = 0;
    while (prefix < 4 && prefix < m && prefix < n && x[prefix] == y[prefix])
        prefix++;
    if (alike > 0.7) {
        alike += (double)prefix * 0.1 * (1.0 - alike);
        if (alike > 1.0)
            alike = 1.0;
    }
    return alike;
}

/* Letters that both have in this order, not side by side. */
static size_t
common_letters(const Sound *one, const Sound *two)
{
    size_t rows[2][sizeof two->letters + 1], *before = rows[0], *here = rows[1];
    memset(before, 0, (two->length + 1) * sizeof(size_t));
    here[0] = 0;
    for (size_t i = 0; i < one->length; i++) {
        for (size_t j = 0; j < two->length; j++)
            here[j + 1] = one->letters[i] == two->letters[j] ? before[j] + 1
                          : before[j + 1] > here[j] ? before[j + 1] : here[j];
        size_t *swap = before;
        before = here;
        here = swap;
    }
    return before[two->length];
}

static Swap HEARD[] = {
    {"l", "r"}, {"v", "b"}, {"f", "h"}, {"th", "s"}, {"kh", "h"}, {"ph", "h"}, {"ng", "n"}, {"ou", "u"}, {"q", "k"},
    {"ck", "k"}, {"y", "i"}, {"rr", "r"}, {"ss", "s"}, {"tt", "t"}, {"mm", "m"}, {NULL, NULL},
};

static Swap KANA_BACK[] = {
    {"chi", "ti"}, {"cha", "tia"}, {"chu", "tu"}, {"cho", "tio"}, {"tsu", "tu"}, {"ji", "di"}, {"je", "de"},
    {"shi", "si"}, {NULL, NULL},
};

/* similar.heard */
static void
as_heard(Sound *sound)
{
    replace_all(sound, HEARD);
}

static double
kana(const Sound *text, const Sound *bones1, const Sound *latin, const Sound *bones2)
{
    Sound x = *bones1, y = *bones2, one = *text, two = *latin;
    if (x.letters[0] == '=')
        x.length = 0;
    if (y.letters[0] == '=')
        y.length = 0;
    replace(&x, "f", "");
    replace(&y, "f", "");
    size_t longest = x.length > y.length ? x.length : y.length;
    double bones = osa(&x, &y);
    as_heard(&one);
    as_heard(&two);
    double sounds = (jaro_winkler(&one, &two) + osa(&one, &two)) / 2;
    double alike = 0.5 * bones + 0.5 * sounds;
    if (longest <= 1)
        return same(&one, &two) ? 1.0 : alike * 0.9;
    if (bones == 1.0 && sounds >= (longest > 2 ? 0.6 : 0.75))
        return alike + 0.1 < 1.0 ? alike + 0.1 : 1.0;
    return alike;
}

/* er, or, ur are one long vowel, and g before e or i is soft; whether that changed anything. */
static int
in_english(Sound *sound)
{
    Sound before = *sound;
    size_t out = 0;
    for (size_t at = 0; at < before.length;) {
        size_t stop = at;
        while (stop < before.length && one_of(before.letters[stop], "aeiou"))
            stop++;
        if (stop > at && stop < before.length && before.letters[stop] == 'r'
            && (stop + 1 == before.length || !one_of(before.letters[stop + 1], "aeiouyr"))) {
            sound->letters[out++] = 'a';
            at = stop + 1;
            continue;
        }
        if (stop == at)
            stop++;
        while (at < stop)
            sound->letters[out++] = before.letters[at++];
    }
    sound->length = out;
    replace(sound, "ge", "je");
    replace(sound, "gi", "ji");
    return !same(sound, &before);
}

/* similar._opens_otherwise */
static int
opens_otherwise(const Sound *kana, const Sound *latin)
{
    static const char vowels[] = "aeiou", others[] = "bcdfgklmnpqrstxz";
    if (!kana->length || !latin->length)
        return 0;
    char one = kana->letters[0], two = latin->letters[0];
    if (one_of(one, vowels))
        return one_of(two, others)
               && !(one == 'a' && kana->length > 1 && kana->letters[1] == two
                    && (two != 'n' || (kana->length > 2 && kana->letters[2] == two)));
    return one_of(one, others) && one_of(two, vowels);
}

static double
across_kana(const Side *a, const Side *b)
{
    double alike = kana(&a->text, &a->bones, &b->text, &b->bones), other;
    if (HOPE < alike && alike < 0.9 && a->script == KANA) {
        Sound text = a->text;
        replace_all(&text, KANA_BACK);
        if (!same(&text, &a->text)) {
            Sound bones = text;
            skeleton(&bones);
            if ((other = kana(&text, &bones, &b->text, &b->bones)) > alike)
                alike = other;
        }
    }
    if (HOPE < alike && alike < 0.9) {
        Sound text = b->text;
        if (in_english(&text)) {
            Sound bones = text;
            skeleton(&bones);
            if ((other = ENGLISH * kana(&a->text, &a->bones, &text, &bones)) > alike)
                alike = other;
        }
    }
    if (a->script == KANA && opens_otherwise(&a->text, &b->text))
        return alike > OTHER_OPENING ? alike - OTHER_OPENING : 0.0;
    return alike;
}

static double
abjad_text(const Sound *text, const Sound *bones, const Sound *folded, const Side *b)
{
    double alike_bones = osa(bones, &b->bones);
    if (alike_bones < 0.5)
        return 0.0;
    Sound fine1 = *text, fine2 = b->text, written = *folded, spelled = b->fold;
    consonants(&fine1);
    consonants(&fine2);
    double fine = osa(&fine1, &fine2);
    translate(&written, "ve", "ui", 0);
    translate(&spelled, "voe", "uui", 0);
    double found = (double)common_letters(&written, &spelled) / (double)(written.length ? written.length : 1);
    double alike = 0.35 * alike_bones + 0.35 * fine + 0.3 * found * found;
    if (bones->length <= 2 && b->bones.length <= 2)
        alike -= alike_bones == 1.0 && fine == 1.0 && found == 1.0 ? 0.04 : 0.15;
    return alike;
}

static int
among(Py_UCS4 letter, const Py_UCS4 *letters)
{
    for (; *letters; letters++)
        if (*letters == letter)
            return 1;
    return 0;
}

/* ``a`` is in Arabic or Hebrew letters. */
static double
abjad(const Side *a, const Side *b)
{
    /* alef and its forms; what a written vowel may begin with; the endings of a long i; what Persian reads as z and s */
    static const Py_UCS4 alef[] = {0x627, 0x623, 0x625, 0x622, 0};
    static const Py_UCS4 first[] = {0x627, 0x623, 0x625, 0x622, 0x671, 0x639, 0x626, 0x621, 0x624, 0x647, 0x62D, 0x6CC,
                                    0x64A, 0x648, 0x6D2, 0xFDF2, 0};
    static const Py_UCS4 last[] = {0x64A, 0x6CC, 0x649, 0x626, 0x6D0, 0x647, 0x6D2, 0};
    static const Py_UCS4 eastern[] = {0x636, 0x630, 0x638, 0x62B, 0};
    double alike = abjad_text(&a->text, &a->bones, &a->fold, b);
    Py_ssize_t length = PyUnicode_GET_LENGTH(a->source);
    if (alike < 0.95) {
        int read_so = 0, dad = 0;
        for (Py_ssize_t i = 0; i < length; i++) {
            Py_UCS4 letter = PyUnicode_READ_CHAR(a->source, i);
            read_so = read_so || among(letter, eastern);
            dad = dad || letter == 0x636;
        }
        if (read_so) {
            Sound text = a->text;
            replace(&text, "dh", "z");
            replace(&text, "th", "s");
            if (dad)
                replace(&text, "d", "z");
            Sound bones = text, folded = text;
            skeleton(&bones);
            fold(&folded);
            double other = abjad_text(&text, &bones, &folded, b);
            if (other > alike)
                alike = other;
        }
    }
    if (a->script == ABJAD_ARABIC) {
        Py_UCS4 begins = PyUnicode_READ_CHAR(a->source, 0), ends = PyUnicode_READ_CHAR(a->source, length - 1);
        char head = b->text.letters[0];
        if ((one_of(head, "aeiou") && !among(begins, first))
            || (!one_of(head, "aeiouyhw") && among(begins, alef) && a->text.length > 2))
            alike -= 0.12;
        char tail = b->text.letters[b->text.length - 1];
        if (one_of(tail, "iy") ? !among(ends, last) : (ends == 0x064A || ends == 0x06CC) && !one_of(tail, "aeou"))
            alike -= 0.12;
    }
    return alike;
}

/* similar._loose, or -1 for words that are left to Python. */
static double
loose(const Side *a, const Side *b)
{
    int a_abjad = a->script == ABJAD_ARABIC || a->script == ABJAD_HEBREW;
    if (!a->text.length || !b->text.length || !a->bones.length || !b->bones.length)
        return -1.0;
    if (a_abjad || b->script == ABJAD_ARABIC || b->script == ABJAD_HEBREW) {
        if (!PyUnicode_GET_LENGTH(a_abjad ? a->source : b->source))
            return -1.0;
        return a_abjad ? abjad(a, b) : abjad(b, a);
    }
    if (a->script != KANA && a->script != OTHER_LOOSE) {
        const Side *swap = a;
        a = b;
        b = swap;
    }
    return b->script == HANGUL ? -1.0 : across_kana(a, b);
}
