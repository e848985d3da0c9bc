/* Words, and how many slips lie between two of them: part of _quick.c. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* -- growing arrays --------------------------------------------------------------------------------------------- */

typedef struct {
    uint64_t *at;
    size_t size, room;
} Numbers;

static int
push(Numbers *numbers, uint64_t value)
{
    if (numbers->size == numbers->room) {
        size_t room = numbers->room ? numbers->room * 2 : 64;
        uint64_t *grown = realloc(numbers->at, room * sizeof(uint64_t));
        if (grown == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        numbers->at = grown;
        numbers->room = room;
    }
    numbers->at[numbers->size++] = value;
    return 0;
}

#define FEW_NUMBERS 64 /* up to so many, each is put in its place */

/* Ascending: few by insertion, many by bytes. */
static int
sort(Numbers *numbers)
{
    size_t size = numbers->size;
    uint64_t *here = numbers->at, all = 0;
    if (size <= FEW_NUMBERS) {
        for (size_t i = 1; i < size; i++) {
            uint64_t one = here[i];
            size_t at = i;
            for (; at > 0 && here[at - 1] > one; at--)
                here[at] = here[at - 1];
            here[at] = one;
        }
        return 0;
    }
    uint64_t *other = malloc(size * sizeof(uint64_t)), *there = other;
    if (other == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (size_t i = 0; i < size; i++)
        all |= here[i];
    for (int shift = 0; shift < 64 && all >> shift; shift += 8) {
        size_t counts[256] = {0}, begin = 0;
        for (size_t i = 0; i < size; i++)
            counts[here[i] >> shift & 255]++;
        for (int digit = 0; digit < 256; digit++) {
            size_t count = counts[digit];
            counts[digit] = begin;
            begin += count;
        }
        for (size_t i = 0; i < size; i++)
            there[counts[here[i] >> shift & 255]++] = here[i];
        uint64_t *swap = here;
        here = there;
        there = swap;
    }
    if (here != numbers->at)
        memcpy(numbers->at, here, size * sizeof(uint64_t));
    free(other);
    return 0;
}

/* -- words and slips ------------------------------------------------------------------------------------------------ */

#define ROW_BITS 24
#define LONGEST 2047 /* letters of a word; of a longer one, the first */

/* Letters have odd weights by place, so that the hash of a word without some of its letters is a sum of sums. */
#define BASE UINT64_C(0xD6E8FEB86659FD93)

static inline uint64_t
mixed(uint64_t sum, size_t length)
{
    uint64_t hash = (sum ^ length) * UINT64_C(0x9E3779B97F4A7C15);
    hash ^= hash >> 29;
    hash *= UINT64_C(0xBF58476D1CE4E5B9);
    return hash >> 24; /* 40 bits */
}

static inline uint64_t
code_of(uint32_t letter)
{
    uint64_t code = (letter + 1) * UINT64_C(0x94D049BB133111EB);
    return code ^ code >> 31;
}

/* What is left of a word without one or two letters, the word itself, or for short words their letters in order. */
static int
shortened(const uint32_t *word, size_t length, int (*each)(void *, uint64_t), void *with)
{
    uint64_t before[16]; /* the sum of the letters before a place */
    uint64_t whole = 0, power = 1;
    if (length < 5) {
        uint32_t sorted[4];
        for (size_t i = 0; i < length; i++) {
            uint32_t letter = word[i];
            size_t at = i;
            whole += code_of(letter) * power;
            power *= BASE;
            for (; at > 0 && sorted[at - 1] > letter; at--)
                sorted[at] = sorted[at - 1];
            sorted[at] = letter;
        }
        if (each(with, mixed(whole, length)) < 0)
            return -1;
        if (length < 3)
            return 0;
        uint64_t other = 0;
        power = 1;
        for (size_t i = 0; i < length; i++) {
            other += code_of(sorted[i]) * power;
            power *= BASE;
        }
        return other == whole ? 0 : each(with, mixed(other, length));
    }
    for (size_t i = 0; i <= length; i++) {
        before[i] = whole;
        if (i < length) {
            whole += code_of(word[i]) * power;
            power *= BASE;
        }
    }
    /* letters behind a cut stand one place further ahead: their sum divided by BASE, once a cut */
    uint64_t inverse = BASE;
    for (int i = 0; i < 5; i++)
        inverse *= 2 - BASE * inverse;
    if (each(with, mixed(whole, length)) < 0)
        return -1;
    for (size_t cut = 0; cut < length; cut++) {
        uint64_t behind = (whole - before[cut + 1]) * inverse;
        if (each(with, mixed(before[cut] + behind, length - 1)) < 0)
            return -1;
        if (length < 7)
            continue;
        for (size_t next = cut + 1; next < length; next++) {
            uint64_t between = (before[next] - before[cut + 1]) * inverse;
            uint64_t last = (whole - before[next + 1]) * inverse * inverse;
            if (each(with, mixed(before[cut] + between + last, length - 2)) < 0)
                return -1;
        }
    }
    return 0;
}

static uint64_t
signature(const uint32_t *word, size_t length)
{
    uint64_t found = 0;
    for (size_t i = 0; i < length; i++) {
        uint32_t letter = word[i];
        if (letter >= 'a' && letter <= 'z') {
            uint64_t bit = UINT64_C(1) << (letter - 'a');
            found |= found & bit ? bit << 26 : bit;
        }
        else
            found |= UINT64_C(1) << (52 + letter % 12);
    }
    return found;
}

static uint64_t
neighbours(const uint32_t *word, size_t length)
{
    uint64_t found = 0, before = 0;
    for (size_t i = 0; i < length; i++) {
        found |= UINT64_C(1) << ((before * 7 + (uint64_t)word[i] * 31) & 63);
        before = word[i];
    }
    return found;
}

/* A word made ready to be held against many (Hyyrö's bits of optimal string alignment, for at most 64 letters). */
typedef struct {
    const uint32_t *letters;
    size_t length;
    uint64_t plain[128];
    uint32_t others[64];
    uint64_t bits[64];
    int more;
} Pattern;

static void
make_ready(Pattern *pattern, const uint32_t *letters, size_t length)
{
    pattern->letters = letters;
    pattern->length = length;
    pattern->more = 0;
    memset(pattern->plain, 0, sizeof pattern->plain);
    for (size_t i = 0; length <= 64 && i < length; i++) {
        uint64_t bit = UINT64_C(1) << i;
        if (letters[i] < 128) {
            pattern->plain[letters[i]] |= bit;
            continue;
        }
        int at = 0;
        while (at < pattern->more && pattern->others[at] != letters[i])
            at++;
        if (at == pattern->more) {
            pattern->others[at] = letters[i];
            pattern->bits[at] = 0;
            pattern->more++;
        }
        pattern->bits[at] |= bit;
    }
}

static inline uint64_t
places(const Pattern *pattern, uint32_t letter)
{
    if (letter < 128)
        return pattern->plain[letter];
    for (int at = 0; at < pattern->more; at++)
        if (pattern->others[at] == letter)
            return pattern->bits[at];
    return 0;
}

/* The same by the table, row by row, for longer words; what is more than ``most`` is told as more. */
static size_t
long_distance(const uint32_t *one, size_t rows, const uint32_t *two, size_t columns, size_t most)
{
    uint16_t stack[3][LONGEST + 2], *last = stack[0], *here = stack[1], *next = stack[2];
    const uint16_t far = UINT16_MAX / 2;
    for (size_t j = 0; j <= columns + 1; j++) {
        here[j] = (uint16_t)j;
        last[j] = next[j] = far;
    }
    for (size_t i = 1; i <= rows; i++) {
        uint16_t *spare = last;
        /* so many slips lead no further from the diagonal */
        size_t first = i > most ? i - most : 1, stop = i + most < columns ? i + most : columns;
        next[first - 1] = first == 1 ? (uint16_t)i : far;
        for (size_t j = first; j <= stop; j++) {
            int least = here[j - 1] + (one[i - 1] != two[j - 1]);
            if (here[j] + 1 < least)
                least = here[j] + 1;
            if (next[j - 1] + 1 < least)
                least = next[j - 1] + 1;
            if (i > 1 && j > 1 && one[i - 1] == two[j - 2] && one[i - 2] == two[j - 1] && last[j - 2] + 1 < least)
                least = last[j - 2] + 1;
            next[j] = (uint16_t)least;
        }
        next[stop + 1] = far;
        last = here;
        here = next;
        next = spare;
    }
    return here[columns];
}

/* Edits and swaps of neighbours, none twice in one place. */
static size_t
distance(const Pattern *pattern, const uint32_t *other, size_t length, size_t most)
{
    size_t found = pattern->length;
    if (!found || !length)
        return found + length;
    if (found > 64)
        return long_distance(pattern->letters, found, other, length, most);
    uint64_t vp = ~UINT64_C(0), vn = 0, d0 = 0, before = 0, last = UINT64_C(1) << (found - 1);
    for (size_t i = 0; i < length; i++) {
        uint64_t here = places(pattern, other[i]), swapped = ((~d0 & here) << 1) & before;
        d0 = (((here & vp) + vp) ^ vp) | here | vn | swapped;
        uint64_t hp = vn | ~(d0 | vp), hn = d0 & vp;
        found += (hp & last) != 0;
        found -= (hn & last) != 0;
        hp = hp << 1 | 1;
        hn <<= 1;
        vp = hn | ~(d0 | hp);
        vn = hp & d0;
        before = here;
    }
    return found;
}

/* 1 less the share of the longer word that is slips; -1 where that is less than ``least``. */
static inline double
likeness(const Pattern *pattern, const uint32_t *other, size_t length, double least)
{
    size_t longest = pattern->length, shortest = length;
    if (longest < length) {
        longest = length;
        shortest = pattern->length;
    }
    if (!longest)
        return 1.0;
    if (1.0 - (double)(longest - shortest) / (double)longest < least)
        return -1.0;
    size_t most = (size_t)((1.0 - least) * (double)longest) + 1;
    double alike = 1.0 - (double)distance(pattern, other, length, most) / (double)longest;
    return alike < least ? -1.0 : alike;
}

static int
read_word(PyObject *text, uint32_t *letters, size_t *length)
{
    if (!PyUnicode_Check(text)) {
        PyErr_SetString(PyExc_TypeError, "a word is a str");
        return -1;
    }
    Py_ssize_t size = PyUnicode_GET_LENGTH(text);
    if (size > LONGEST)
        size = LONGEST;
    int kind = PyUnicode_KIND(text);
    const void *data = PyUnicode_DATA(text);
    for (Py_ssize_t i = 0; i < size; i++)
        letters[i] = PyUnicode_READ(kind, data, i);
    *length = (size_t)size;
    return 0;
}

/* Many words, one after the other; those of small letters in a byte each, as nearly all are. */
typedef struct {
    uint8_t *narrow;
    uint32_t *wide;
    uint32_t *begins; /* where each begins in its array; the highest bit: in the wide one */
    uint16_t *lengths;
    size_t words;
} Block;

#define WIDE (UINT32_C(1) << 31)

static int
is_wide(const uint32_t *letters, size_t length)
{
    uint32_t all = 0;
    for (size_t i = 0; i < length; i++)
        all |= letters[i];
    return all > 255;
}

static int
read_block(Block *block, PyObject *texts)
{
    uint32_t word[LONGEST];
    size_t count = (size_t)PyList_GET_SIZE(texts), totals[2] = {0, 0}, length;
    for (size_t row = 0; row < count; row++) {
        if (read_word(PyList_GET_ITEM(texts, (Py_ssize_t)row), word, &length) < 0)
            return -1;
        totals[is_wide(word, length)] += length;
    }
    block->narrow = malloc(totals[0] + 1);
    block->wide = malloc((totals[1] + 1) * sizeof(uint32_t));
    block->begins = malloc((count + 1) * sizeof(uint32_t));
    block->lengths = malloc((count + 1) * sizeof(uint16_t));
    if (totals[0] >= WIDE || totals[1] >= WIDE || !block->narrow || !block->wide || !block->begins || !block->lengths) {
        PyErr_NoMemory();
        return -1;
    }
    block->words = count;
    totals[0] = totals[1] = 0;
    for (size_t row = 0; row < count; row++) {
        if (read_word(PyList_GET_ITEM(texts, (Py_ssize_t)row), word, &length) < 0)
            return -1;
        int wide = is_wide(word, length);
        block->begins[row] = (uint32_t)totals[wide] | (wide ? WIDE : 0);
        block->lengths[row] = (uint16_t)length;
        for (size_t i = 0; !wide && i < length; i++)
            block->narrow[totals[0] + i] = (uint8_t)word[i];
        if (wide)
            memcpy(block->wide + totals[1], word, length * sizeof(uint32_t));
        totals[wide] += length;
    }
    return 0;
}

static void
free_block(Block *block)
{
    free(block->narrow);
    free(block->wide);
    free(block->begins);
    free(block->lengths);
}

/* A word's letters, in ``room`` (LONGEST) where they are not kept so. */
static inline const uint32_t *
word_at(const Block *block, size_t row, size_t *length, uint32_t *room)
{
    uint32_t begin = block->begins[row];
    *length = block->lengths[row];
    if (begin & WIDE)
        return block->wide + (begin & ~WIDE);
    for (size_t i = 0; i < *length; i++)
        room[i] = block->narrow[begin + i];
    return room;
}
