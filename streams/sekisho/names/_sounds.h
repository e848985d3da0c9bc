/* How a Latin word sounds: sounds.py, for ASCII words; part of _quick.c. */

#define MOST_LETTERS 240 /* of a word that is folded here; x may make two of one */

typedef struct {
    char letters[2 * MOST_LETTERS + 8];
    size_t length;
} Sound;

typedef struct {
    const char *old, *new;
    size_t size, fresh; /* of the two; the letters of the first as bits: see ``prepare`` */
    uint32_t letters;
} Swap;

/* A small letter as a bit; nothing for another. */
static inline uint32_t
bit_of(char letter)
{
    return letter >= 'a' && letter <= 'z' ? UINT32_C(1) << (letter - 'a') : 0;
}

static uint32_t
bits_of(const char *letters, size_t length)
{
    uint32_t found = 0;
    for (size_t at = 0; at < length; at++)
        found |= bit_of(letters[at]);
    return found;
}

/* Once, when the module is made. */
static void
prepare(Swap *swaps)
{
    for (; swaps->old != NULL; swaps++) {
        swaps->size = strlen(swaps->old);
        swaps->fresh = strlen(swaps->new);
        swaps->letters = bits_of(swaps->old, swaps->size);
    }
}

static Swap DIGRAPHS[] = {
    {"chr", "kr"}, {"shch", "s"}, {"sch", "s"}, {"tsch", "c"}, {"tch", "c"}, {"dzh", "j"}, {"dj", "j"}, {"ch", "c"},
    {"sh", "s"}, {"zh", "z"}, {"kh", "h"}, {"gh", "g"}, {"dh", "d"}, {"th", "t"}, {"ph", "f"}, {"bh", "b"}, {"ck", "k"},
    {"ts", "c"}, {"tz", "c"}, {"cz", "c"}, {"sz", "s"}, {"rz", "z"}, {"qu", "k"}, {"x", "ks"}, {"q", "k"}, {"w", "v"},
    {"ou", "u"}, {"oo", "u"}, {"ee", "i"}, {"eo", "o"}, {"eu", "u"}, {"ae", "e"}, {"oe", "o"}, {"ue", "u"}, {"y", "i"},
    {"j", "i"}, {NULL, NULL},
};
static Swap PAIRS[] = {
    {"shch", "s"}, {"sch", "s"}, {"tch", "s"}, {"ts", "s"}, {"tz", "s"}, {"cz", "s"}, {"ch", "s"}, {"sh", "s"},
    {"zh", "s"}, {"dzh", "s"}, {"dj", "s"}, {"ng", "n"}, {"ph", "f"}, {"ck", "k"}, {"mb", "nb"}, {"mp", "np"},
    {"ce", "se"}, {"ci", "si"}, {"cy", "si"}, {NULL, NULL},
};

/* str.replace, in place, one after the other: no new text is longer than two letters, and only x grows. */
static void
replace_all(Sound *sound, const Swap *swaps)
{
    uint32_t letters = bits_of(sound->letters, sound->length);
    for (; swaps->old != NULL; swaps++) {
        if (swaps->letters & ~letters || sound->length < swaps->size)
            continue;
        char made[sizeof sound->letters];
        size_t out = 0, size = swaps->size, found = 0;
        for (size_t at = 0; at < sound->length;) {
            if (at + size <= sound->length && !memcmp(sound->letters + at, swaps->old, size)) {
                memcpy(made + out, swaps->new, swaps->fresh);
                out += swaps->fresh;
                at += size;
                found++;
            }
            else
                made[out++] = sound->letters[at++];
        }
        if (found) {
            memcpy(sound->letters, made, out);
            sound->length = out;
            letters |= bits_of(swaps->new, swaps->fresh);
        }
    }
}

static void
replace(Sound *sound, const char *old, const char *new)
{
    Swap swap[2] = {{old, new}, {NULL}};
    prepare(swap);
    replace_all(sound, swap);
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

/* Whether a letter is one of some small ones, which are written out. */
#define one_of(letter, letters) ((bit_of(letter) & bits_of(letters, sizeof letters - 1)) != 0)

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
        char letter = sound->letters[at];
        for (size_t k = 0; from[k]; k++)
            if (from[k] == letter) {
                letter = to[k];
                break;
            }
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
    if (!(bits_of(sound->letters, sound->length) & bits_of("hcqxwjz", 7))) {
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
    static const char bones[128] = {
        ['b'] = 'b', ['p'] = 'b', ['v'] = 'b', ['k'] = 'k', ['g'] = 'k', ['q'] = 'k', ['c'] = 'k', ['t'] = 't', ['d'] = 't',
        ['s'] = 's', ['z'] = 's', ['r'] = 'r', ['l'] = 'r', ['f'] = 'f', ['m'] = 'm', ['n'] = 'n', ['j'] = 's',
        ['0'] = '0', ['1'] = '1', ['2'] = '2', ['3'] = '3', ['4'] = '4', ['5'] = '5', ['6'] = '6', ['7'] = '7',
        ['8'] = '8', ['9'] = '9',
    };
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
        char bone = bones[letter & 127]; /* the word is ASCII */
        if (!bone)
            continue;
        if (bone != previous)
            sound->letters[out++] = bone;
        previous = bone;
    }
    if (!out) {
        sound->letters[out++] = '=';
        for (size_t at = 0; at < 3 && at < before.length; at++)
            sound->letters[out++] = before.letters[at];
    }
    sound->length = out;
}
