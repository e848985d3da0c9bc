/* How a Latin word sounds: sounds.py, for ASCII words; part of _quick.c. */

#define MOST_LETTERS 240 /* of a word that is folded here; x may make two of one */

typedef struct {
    char letters[2 * MOST_LETTERS + 8];
    size_t length;
} Sound;

typedef struct { const char *old, *new; } Swap;

static const Swap DIGRAPHS[] = {
    {"chr", "kr"}, {"shch", "s"}, {"sch", "s"}, {"tsch", "c"}, {"tch", "c"}, {"dzh", "j"}, {"dj", "j"}, {"ch", "c"},
    {"sh", "s"}, {"zh", "z"}, {"kh", "h"}, {"gh", "g"}, {"dh", "d"}, {"th", "t"}, {"ph", "f"}, {"bh", "b"}, {"ck", "k"},
    {"ts", "c"}, {"tz", "c"}, {"cz", "c"}, {"sz", "s"}, {"rz", "z"}, {"qu", "k"}, {"x", "ks"}, {"q", "k"}, {"w", "v"},
    {"ou", "u"}, {"oo", "u"}, {"ee", "i"}, {"eo", "o"}, {"eu", "u"}, {"ae", "e"}, {"oe", "o"}, {"ue", "u"}, {"y", "i"},
    {"j", "i"}, {NULL, NULL},
};
static const Swap PAIRS[] = {
    {"shch", "s"}, {"sch", "s"}, {"tch", "s"}, {"ts", "s"}, {"tz", "s"}, {"cz", "s"}, {"ch", "s"}, {"sh", "s"},
    {"zh", "s"}, {"dzh", "s"}, {"dj", "s"}, {"ng", "n"}, {"ph", "f"}, {"ck", "k"}, {"mb", "nb"}, {"mp", "np"},
    {"ce", "se"}, {"ci", "si"}, {"cy", "si"}, {NULL, NULL},
};

/* str.replace, in place: no new text is longer than two letters, and only x grows. */
static void
replace(Sound *sound, const char *old, const char *new)
{
    size_t size = strlen(old), fresh = strlen(new), out = 0;
    if (sound->length < size || memchr(sound->letters, old[0], sound->length) == NULL)
        return;
    char made[sizeof sound->letters];
    for (size_t at = 0; at < sound->length;) {
        if (at + size <= sound->length && !memcmp(sound->letters + at, old, size)) {
            memcpy(made + out, new, fresh);
            out += fresh;
            at += size;
        }
        else
            made[out++] = sound->letters[at++];
    }
    memcpy(sound->letters, made, out);
    sound->length = out;
}

static void
replace_all(Sound *sound, const Swap *swaps)
{
    for (; swaps->old != NULL; swaps++)
        replace(sound, swaps->old, swaps->new);
}

static void
once_in_a_row(Sound *sound)
{
    size_t out = 0;
    for (size_t at = 0; at < sound->length; at++)
        if (!at || sound->letters[at] != sound->letters[at - 1])
            sound->letters[out++] = sound->letters[at];
    sound->length = out;
}

static inline int
one_of(char letter, const char *letters)
{
    return letter && strchr(letters, letter) != NULL;
}

static void
fold(Sound *sound)
{
    char *letters = sound->letters;
    size_t length = sound->length;
    letters[length] = 0;
    if (memchr(letters, 'c', length)) {
        /* both rules look at the word as it was before the rule */
        char before = 0;
        for (size_t at = 0; at < length; at++) {
            char here = letters[at];
            if (here == 'c' && before != 's' && at + 1 < length && one_of(letters[at + 1], "eiy"))
                letters[at] = 's';
            before = here;
        }
        for (size_t at = 0; at < length; at++)
            if (letters[at] == 'c' && !(at + 1 < length && one_of(letters[at + 1], "hzk")))
                letters[at] = 'k';
    }
    if (length && one_of(letters[0], "xjh")) {
        if (letters[0] == 'x' || (length >= 3 && (!memcmp(letters, "hsi", 3) || !memcmp(letters, "hsu", 3)))) {
            size_t gone = length > 1 && letters[1] == 's';
            letters[0] = 's';
            memmove(letters + 1, letters + 1 + gone, length - 1 - gone);
            sound->length = length -= gone;
        }
        else if (letters[0] == 'j' && length <= 4)
            letters[0] = 'z';
    }
    replace_all(sound, DIGRAPHS);
    once_in_a_row(sound);
    if (sound->length >= 2 && letters[0] == 'i' && letters[1] == 'e') {
        memmove(letters, letters + 1, sound->length - 1);
        sound->length--;
    }
    if (sound->length > 3 && letters[sound->length - 1] == 'h')
        sound->length--;
}

/* Each run of vowels becomes ``with``, or nothing where that is 0. */
static void
vowels(Sound *sound, char with)
{
    size_t out = 0;
    int inside = 0;
    for (size_t at = 0; at < sound->length; at++) {
        char letter = sound->letters[at];
        if (one_of(letter, "aeiou")) {
            if (!inside && with)
                sound->letters[out++] = with;
            inside = 1;
        }
        else {
            sound->letters[out++] = letter;
            inside = 0;
        }
    }
    sound->length = out;
}

/* str.translate, letter for letter; a letter that is to go becomes 0. */
static void
translate(Sound *sound, const char *from, const char *to, char gone)
{
    size_t out = 0;
    for (size_t at = 0; at < sound->length; at++) {
        const char *place = sound->letters[at] ? strchr(from, sound->letters[at]) : NULL;
        char letter = place ? to[place - from] : sound->letters[at];
        if (!gone || letter != gone)
            sound->letters[out++] = letter;
    }
    sound->length = out;
}

static void
key(Sound *sound)
{
    fold(sound);
    vowels(sound, 'a');
    translate(sound, "zcgdh", "ssktx", 'x');
    once_in_a_row(sound);
}

static void
letter_key(Sound *sound)
{
    int plain = 1;
    for (size_t at = 0; at < sound->length; at++)
        plain = plain && !one_of(sound->letters[at], "hcqxwjz");
    if (plain) {
        key(sound);
        return;
    }
    translate(sound, "yj", "ii", 0);
    vowels(sound, 'a');
    translate(sound, "zcgdqwx", "skktkvk", 'h');
    once_in_a_row(sound);
}

static void
consonants(Sound *sound)
{
    fold(sound);
    vowels(sound, 0);
    translate(sound, "qgc", "kks", 0);
}

static void
skeleton(Sound *sound)
{
    static const char from[] = "bpvkgqctdszrlfmnj0123456789", to[] = "bbbkkkkttssrrfmns0123456789";
    Sound before = *sound;
    size_t out = 0;
    char previous = 0;
    replace_all(sound, PAIRS);
    Sound text = *sound;
    for (size_t at = 0; at < text.length; at++) {
        char letter = text.letters[at];
        if (one_of(letter, "aeiouyw")) {
            previous = 0;
            continue;
        }
        if (letter == 'x') {
            if (previous != 'x') {
                sound->letters[out++] = 'k';
                sound->letters[out++] = 's';
            }
            previous = 'x';
            continue;
        }
        const char *place = letter ? strchr(from, letter) : NULL;
        if (!place)
            continue;
        if (to[place - from] != previous)
            sound->letters[out++] = to[place - from];
        previous = to[place - from];
    }
    if (!out) {
        sound->letters[out++] = '=';
        for (size_t at = 0; at < 3 && at < before.length; at++)
            sound->letters[out++] = before.letters[at];
    }
    sound->length = out;
}
