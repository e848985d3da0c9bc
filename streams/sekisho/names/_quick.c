/* The inner loops of the name index, for machines that have a C compiler.

   Each function here does what a function of the same room in Python does, with the same answer to the last bit
   (tests/names/test_quick.py holds them against each other); quick.py tells which of the two runs. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(__GLIBC__)
#define WITH_POPCNT __attribute__((target_clones("popcnt", "default")))
#else
#define WITH_POPCNT
#endif

#define MASK40 ((UINT64_C(1) << 40) - 1)
#define SPREAD UINT64_C(0x9E3779B97F4A7C15)

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

/* Ascending, by bytes. */
static int
sort(Numbers *numbers)
{
    size_t size = numbers->size;
    uint64_t *other = malloc((size ? size : 1) * sizeof(uint64_t)), *here = numbers->at, *there = other;
    if (other == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (int shift = 0; shift < 64; shift += 8) {
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
    free(other); /* after eight rounds the sorted half is the first one again */
    return 0;
}

/* -- File: sorted lines of (key, number), read-only -------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    Py_buffer firsts, keys, starts, numbers, flags;
    int buckets, down, spread, held;
} File;

static const char FILE_DOC[] =
    "File(firsts, keys, starts, numbers, flags, buckets, down, spread): the arrays of a frozen Postings.";

static int
File_init(File *self, PyObject *args, PyObject *kwargs)
{
    PyObject *arrays[5];
    Py_buffer *views[5] = {&self->firsts, &self->keys, &self->starts, &self->numbers, &self->flags};
    static const int widths[5] = {4, 8, 4, 4, 1};
    if (self->held) {
        PyErr_SetString(PyExc_RuntimeError, "a File is made once");
        return -1;
    }
    if (!PyArg_ParseTuple(args, "OOOOOiip", &arrays[0], &arrays[1], &arrays[2], &arrays[3], &arrays[4],
                          &self->buckets, &self->down, &self->spread))
        return -1;
    for (int i = 0; i < 5; i++) {
        if (PyObject_GetBuffer(arrays[i], views[i], PyBUF_SIMPLE) < 0)
            return -1;
        self->held = i + 1;
        if (views[i]->len % widths[i]) {
            PyErr_Format(PyExc_ValueError, "array %d has another width than %d bytes", i, widths[i]);
            return -1;
        }
    }
    /* What is looked up below never leaves these arrays. */
    const uint32_t *firsts = self->firsts.buf, *starts = self->starts.buf;
    size_t lines = (size_t)self->keys.len / 8, edges = (size_t)self->firsts.len / 4;
    int whole = self->down >= 0 && self->down <= 40 && self->buckets >= 0 && self->buckets <= 40
        && (size_t)self->flags.len * 8 >= UINT64_C(1) << (40 - self->down)
        && edges >= (UINT64_C(1) << (40 - self->buckets)) + 1 && (size_t)self->starts.len / 4 >= lines + 1;
    for (size_t i = 0; whole && i < edges; i++)
        whole = firsts[i] <= lines;
    for (size_t i = 0; whole && i < lines; i++)
        whole = starts[i] <= starts[i + 1];
    if (!whole || starts[lines] > (size_t)self->numbers.len / 4) {
        PyErr_SetString(PyExc_ValueError, "these are not the arrays of one frozen Postings");
        return -1;
    }
    return 0;
}

static void
File_dealloc(File *self)
{
    Py_buffer *views[5] = {&self->firsts, &self->keys, &self->starts, &self->numbers, &self->flags};
    for (int i = 0; i < self->held; i++)
        PyBuffer_Release(views[i]);
    PyTypeObject *type = Py_TYPE(self);
    type->tp_free((PyObject *)self);
    Py_DECREF(type);
}

/* The numbers filed under a place (see Postings): how many, and where they begin. */
static inline Py_ssize_t
look(const File *file, uint64_t place, const uint32_t **numbers)
{
    uint64_t bit = place >> file->down;
    if (!(((const uint8_t *)file->flags.buf)[bit >> 3] >> (bit & 7) & 1))
        return 0;
    const uint32_t *firsts = file->firsts.buf, *starts = file->starts.buf;
    const uint64_t *keys = file->keys.buf;
    uint64_t bucket = place >> file->buckets;
    for (uint32_t at = firsts[bucket], stop = firsts[bucket + 1]; at < stop; at++)
        if (keys[at] == place) {
            *numbers = (const uint32_t *)file->numbers.buf + starts[at];
            return (Py_ssize_t)(starts[at + 1] - starts[at]);
        }
    return 0;
}

static inline uint64_t
place_of(const File *file, uint64_t key)
{
    return (file->spread ? key * SPREAD : key) & MASK40;
}

static PyObject *
as_list(const uint32_t *numbers, Py_ssize_t count)
{
    PyObject *list = PyList_New(count);
    for (Py_ssize_t i = 0; list != NULL && i < count; i++) {
        PyObject *number = PyLong_FromUnsignedLong(numbers[i]);
        if (number == NULL) {
            Py_DECREF(list);
            return NULL;
        }
        PyList_SET_ITEM(list, i, number);
    }
    return list;
}

static PyObject *
File_get(File *self, PyObject *key)
{
    uint64_t wanted = PyLong_AsUnsignedLongLongMask(key);
    if (wanted == (uint64_t)-1 && PyErr_Occurred())
        return NULL;
    const uint32_t *numbers = NULL;
    Py_ssize_t count = look(self, place_of(self, wanted), &numbers);
    return as_list(numbers, count);
}

/* Python's hash of a part of a text with a letter before it, and one after it where that is not negative. */
static int
hash_part(PyObject *text, Py_ssize_t first, Py_ssize_t last, Py_UCS4 head, Py_ssize_t tail, uint64_t *hash)
{
    Py_UCS4 few[64], *letters = few;
    Py_ssize_t size = 0;
    if (last - first + 2 > 64 && (letters = PyMem_Malloc((size_t)(last - first + 2) * sizeof(Py_UCS4))) == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    letters[size++] = head;
    for (Py_ssize_t i = first; i < last; i++)
        letters[size++] = PyUnicode_READ_CHAR(text, i);
    if (tail >= 0)
        letters[size++] = (Py_UCS4)tail;
    PyObject *key = PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, letters, size);
    if (letters != few)
        PyMem_Free(letters);
    if (key == NULL)
        return -1;
    *hash = (uint64_t)PyObject_Hash(key);
    Py_DECREF(key);
    return 0;
}

static int
add_all(PyObject *set, const uint32_t *numbers, Py_ssize_t count)
{
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *number = PyLong_FromUnsignedLong(numbers[i]);
        int done = number == NULL ? -1 : PySet_Add(set, number);
        Py_XDECREF(number);
        if (done < 0)
            return -1;
    }
    return 0;
}

static PyObject *
File_ends(File *self, PyObject *args)
{
    PyObject *text, *into;
    Py_ssize_t size, apart, crowd;
    int step;
    if (!PyArg_ParseTuple(args, "UnninO!", &text, &size, &apart, &step, &crowd, &PySet_Type, &into))
        return NULL;
    Py_ssize_t length = PyUnicode_GET_LENGTH(text), small = size / 2;
    struct { Py_UCS4 head; Py_ssize_t first, last; } ends[4];
    int count = 0;
    if (length > size) {
        ends[count].head = '<', ends[count].first = 0, ends[count++].last = size;
        ends[count].head = '>', ends[count].first = length - size, ends[count++].last = length;
    }
    if (small < length && length <= 2 * size + 1) {
        ends[count].head = '(', ends[count].first = 0, ends[count++].last = small;
        ends[count].head = ')', ends[count].first = length - small, ends[count++].last = length;
    }
    for (int end = 0; end < count; end++) {
        int crowded = 0;
        uint64_t hash;
        const uint32_t *numbers = NULL;
        for (Py_ssize_t about = (length - apart) >> step; about <= (length + apart) >> step; about++) {
            if (hash_part(text, ends[end].first, ends[end].last, ends[end].head, about, &hash) < 0)
                return NULL;
            Py_ssize_t found = look(self, place_of(self, hash), &numbers);
            if (found > crowd)
                crowded = 1;
            else if (add_all(into, numbers, found) < 0)
                return NULL;
        }
        if (!crowded || (ends[end].head != '<' && ends[end].head != '>'))
            continue;
        /* a slip may have made it a letter longer or shorter */
        for (Py_ssize_t half = (length - 1) / 2; half <= (length + 1) / 2; half++) {
            int front = ends[end].head == '<';
            if (hash_part(text, front ? 0 : length - half, front ? half : length, front ? '[' : ']', -1, &hash) < 0)
                return NULL;
            Py_ssize_t found = look(self, place_of(self, hash), &numbers);
            if (found <= crowd && add_all(into, numbers, found) < 0)
                return NULL;
        }
    }
    Py_RETURN_NONE;
}

static PyMethodDef File_methods[] = {
    {"ends", (PyCFunction)File_ends, METH_VARARGS,
     "ends(text, size, apart, step, crowd, into): adds the numbers of names with an end of this text (see whole)."},
    {"get", (PyCFunction)File_get, METH_O, "The numbers filed under a key, ascending."},
    {NULL},
};

static PyType_Slot File_slots[] = {
    {Py_tp_doc, (void *)FILE_DOC},
    {Py_tp_init, File_init},
    {Py_tp_dealloc, File_dealloc},
    {Py_tp_methods, File_methods},
    {0, NULL},
};

static PyType_Spec File_spec = {"sekisho.names._quick.File", sizeof(File), 0, Py_TPFLAGS_DEFAULT, File_slots};

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

static int
append_found(PyObject *found, size_t row, double alike)
{
    PyObject *number = PyLong_FromSize_t(row), *likeness = PyFloat_FromDouble(alike), *pair = NULL;
    if (number != NULL && likeness != NULL)
        pair = PyTuple_Pack(2, number, likeness);
    int done = pair == NULL ? -1 : PyList_Append(found, pair);
    Py_XDECREF(number);
    Py_XDECREF(likeness);
    Py_XDECREF(pair);
    return done;
}

/* best[number] = alike where that is more. */
static int
raise_to(PyObject *best, size_t number, double alike)
{
    PyObject *key = PyLong_FromSize_t(number), *known, *value = NULL;
    int done = -1;
    if (key == NULL)
        return -1;
    known = PyDict_GetItemWithError(best, key);
    if (known != NULL ? PyFloat_AsDouble(known) >= alike : alike <= 0.0)
        done = PyErr_Occurred() ? -1 : 0;
    else if (!PyErr_Occurred() && (value = PyFloat_FromDouble(alike)) != NULL)
        done = PyDict_SetItem(best, key, value);
    Py_XDECREF(value);
    Py_DECREF(key);
    return done;
}

/* -- Texts: how alike a word is to some of many -------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    Block block;
} Texts;

static const char TEXTS_DOC[] = "Texts(texts): words, by their number.";

static int
Texts_init(Texts *self, PyObject *args, PyObject *kwargs)
{
    PyObject *texts;
    if (self->block.narrow != NULL) {
        PyErr_SetString(PyExc_RuntimeError, "Texts are made once");
        return -1;
    }
    return PyArg_ParseTuple(args, "O!", &PyList_Type, &texts) ? read_block(&self->block, texts) : -1;
}

static void
Texts_dealloc(Texts *self)
{
    free_block(&self->block);
    PyTypeObject *type = Py_TYPE(self);
    type->tp_free((PyObject *)self);
    Py_DECREF(type);
}

static PyObject *
Texts_alike(Texts *self, PyObject *args)
{
    PyObject *text, *numbers, *found;
    double least;
    uint32_t word[LONGEST], room[LONGEST];
    size_t length;
    Pattern pattern;
    if (!PyArg_ParseTuple(args, "UO!d", &text, &PyList_Type, &numbers, &least) || read_word(text, word, &length) < 0)
        return NULL;
    make_ready(&pattern, word, length);
    found = PyList_New(0);
    for (Py_ssize_t i = 0; found != NULL && i < PyList_GET_SIZE(numbers); i++) {
        size_t row = PyLong_AsSize_t(PyList_GET_ITEM(numbers, i)), letters;
        if (row >= self->block.words) {
            if (!PyErr_Occurred())
                PyErr_SetString(PyExc_IndexError, "no such text");
            Py_CLEAR(found);
            break;
        }
        const uint32_t *other = word_at(&self->block, row, &letters, room);
        double alike = likeness(&pattern, other, letters, least);
        if (alike >= least && append_found(found, row, alike) < 0)
            Py_CLEAR(found);
    }
    return found;
}

static PyObject *
Texts_share(Texts *self, PyObject *args)
{
    PyObject *text, *numbers, *best;
    double base, share;
    uint32_t word[LONGEST], room[LONGEST];
    size_t length;
    Pattern pattern;
    if (!PyArg_ParseTuple(args, "UO!ddO!", &text, &PyList_Type, &numbers, &base, &share, &PyDict_Type, &best)
        || read_word(text, word, &length) < 0)
        return NULL;
    make_ready(&pattern, word, length);
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(numbers); i++) {
        size_t row = PyLong_AsSize_t(PyList_GET_ITEM(numbers, i)), letters;
        if (row >= self->block.words) {
            if (!PyErr_Occurred())
                PyErr_SetString(PyExc_IndexError, "no such text");
            return NULL;
        }
        const uint32_t *other = word_at(&self->block, row, &letters, room);
        if (raise_to(best, row, base + share * likeness(&pattern, other, letters, 0.0)) < 0)
            return NULL;
    }
    Py_RETURN_NONE;
}

static PyMethodDef Texts_methods[] = {
    {"share", (PyCFunction)Texts_share, METH_VARARGS,
     "share(word, numbers, base, share, best): best[number] becomes base + share * how alike, where that is more."},
    {"alike", (PyCFunction)Texts_alike, METH_VARARGS,
     "alike(word, numbers, least): of these numbers those whose texts are at least so alike, each with how alike."},
    {NULL},
};

static PyType_Slot Texts_slots[] = {
    {Py_tp_doc, (void *)TEXTS_DOC},
    {Py_tp_init, Texts_init},
    {Py_tp_dealloc, Texts_dealloc},
    {Py_tp_methods, Texts_methods},
    {0, NULL},
};

static PyType_Spec Texts_spec = {"sekisho.names._quick.Texts", sizeof(Texts), 0, Py_TPFLAGS_DEFAULT, Texts_slots};

/* -- Spellings: words that are few slips away --------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    Block block;
    uint64_t *signatures, *neighbours;
    uint32_t *near;     /* rows in question, while they are looked at */
    size_t of_length[LONGEST + 2]; /* the first row of at least so many letters */
    uint64_t *lines;               /* (40 bits of the hash, row), ascending */
    uint32_t *firsts;
    uint8_t *flags;
    size_t size;
    int buckets, down;
    int deleted; /* words of more letters are found by their signatures alone */
    double leads;
    uint32_t *classes; /* of each row */
    uint8_t *loose;    /* whether its script writes no vowels of its own */
} Spellings;

static const char SPELLINGS_DOC[] =
    "Spellings(texts, leads, deleted, classes, loose): words by ascending length, how alike a word must be, the length up\n"
    "to which words are filed under what is left of them without a letter or two (see lexicon), and of each word its class\n"
    "and whether its script is loose (arrays of four bytes and of one).";

struct line { Numbers *numbers; uint64_t row; };

static int
file_line(void *with, uint64_t hash)
{
    struct line *line = with;
    return push(line->numbers, hash << ROW_BITS | line->row);
}

static int
Spellings_build(Spellings *self, PyObject *texts)
{
    Numbers lines = {NULL, 0, 0};
    uint32_t room[LONGEST];
    size_t count = (size_t)PyList_GET_SIZE(texts), longest = 0;
    if (count >= UINT64_C(1) << ROW_BITS) {
        PyErr_SetString(PyExc_ValueError, "too many words");
        return -1;
    }
    if (read_block(&self->block, texts) < 0)
        return -1;
    self->signatures = malloc((count + 1) * sizeof(uint64_t));
    self->neighbours = malloc((count + 1) * sizeof(uint64_t));
    self->near = malloc((count + 1) * sizeof(uint32_t));
    if (!self->signatures || !self->neighbours || !self->near) {
        PyErr_NoMemory();
        return -1;
    }
    for (size_t row = 0; row < count; row++) {
        size_t length;
        const uint32_t *here = word_at(&self->block, row, &length, room);
        if (length < longest) {
            PyErr_SetString(PyExc_ValueError, "the words must come by ascending length");
            goto failed;
        }
        for (; longest < length; longest++)
            self->of_length[longest + 1] = row;
        self->signatures[row] = signature(here, length);
        self->neighbours[row] = neighbours(here, length);
        if (length <= (size_t)self->deleted) {
            struct line line = {&lines, row};
            if (shortened(here, length, file_line, &line) < 0)
                goto failed;
        }
    }
    for (; longest <= LONGEST; longest++)
        self->of_length[longest + 1] = count;
    if (sort(&lines) < 0)
        goto failed;
    size_t kept = 0;
    for (size_t i = 0; i < lines.size; i++)
        if (!i || lines.at[i] != lines.at[i - 1])
            lines.at[kept++] = lines.at[i];
    int bits = 1;
    while ((size_t)1 << bits < kept)
        bits++;
    self->size = kept;
    self->lines = lines.at;
    lines.at = NULL;
    if (kept) {
        uint64_t *smaller = realloc(self->lines, kept * sizeof(uint64_t));
        if (smaller != NULL)
            self->lines = smaller;
    }
    self->buckets = 40 - bits;
    self->down = 40 - (bits + 4); /* sixteen bits a line: one false alarm in sixteen */
    self->firsts = malloc((((size_t)1 << bits) + 1) * sizeof(uint32_t));
    self->flags = calloc((size_t)1 << (bits + 1), 1);
    if (!self->firsts || !self->flags) {
        PyErr_NoMemory();
        return -1;
    }
    size_t line = 0;
    for (size_t bucket = 0; bucket <= (size_t)1 << bits; bucket++) {
        while (line < kept && self->lines[line] >> (ROW_BITS + self->buckets) < bucket)
            line++;
        self->firsts[bucket] = (uint32_t)line;
    }
    for (size_t i = 0; i < kept; i++) {
        uint64_t bit = self->lines[i] >> (ROW_BITS + self->down);
        self->flags[bit >> 3] |= (uint8_t)(1 << (bit & 7));
    }
    return 0;
failed:
    free(lines.at);
    return -1;
}

static int
Spellings_init(Spellings *self, PyObject *args, PyObject *kwargs)
{
    PyObject *texts;
    if (self->classes != NULL) {
        PyErr_SetString(PyExc_RuntimeError, "Spellings are made once");
        return -1;
    }
    Py_buffer classes, loose;
    if (!PyArg_ParseTuple(args, "O!diy*y*", &PyList_Type, &texts, &self->leads, &self->deleted, &classes, &loose))
        return -1;
    size_t count = (size_t)PyList_GET_SIZE(texts);
    int whole = (size_t)classes.len == count * sizeof(uint32_t) && (size_t)loose.len == count;
    self->classes = malloc((count + 1) * sizeof(uint32_t));
    self->loose = malloc(count + 1);
    if (whole && self->classes && self->loose) {
        memcpy(self->classes, classes.buf, count * sizeof(uint32_t));
        memcpy(self->loose, loose.buf, count);
    }
    PyBuffer_Release(&classes);
    PyBuffer_Release(&loose);
    if (!self->classes || !self->loose) {
        PyErr_NoMemory();
        return -1;
    }
    if (!whole) {
        PyErr_SetString(PyExc_ValueError, "one class and one kind of script each word");
        return -1;
    }
    if (self->deleted < 0 || self->deleted > 14 || !(self->leads > 0.0 && self->leads <= 1.0)) {
        PyErr_SetString(PyExc_ValueError, "leads is a share, deleted at most 14 letters");
        return -1;
    }
    return Spellings_build(self, texts);
}

static void
Spellings_dealloc(Spellings *self)
{
    free_block(&self->block);
    free(self->signatures);
    free(self->neighbours);
    free(self->near);
    free(self->classes);
    free(self->loose);
    free(self->lines);
    free(self->firsts);
    free(self->flags);
    PyTypeObject *type = Py_TYPE(self);
    type->tp_free((PyObject *)self);
    Py_DECREF(type);
}

struct wanted { const Spellings *words; Numbers rows; };

static int
find_line(void *with, uint64_t hash)
{
    struct wanted *wanted = with;
    const Spellings *words = wanted->words;
    uint64_t bit = hash >> words->down;
    if (!(words->flags[bit >> 3] >> (bit & 7) & 1))
        return 0;
    uint64_t bucket = hash >> words->buckets;
    for (uint32_t at = words->firsts[bucket], stop = words->firsts[bucket + 1]; at < stop; at++)
        if (words->lines[at] >> ROW_BITS == hash
            && push(&wanted->rows, words->lines[at] & ((UINT64_C(1) << ROW_BITS) - 1)) < 0)
            return -1;
    return 0;
}

/* Rows whose letters, and then whose neighbours, differ in few bits. */
WITH_POPCNT static int
near_rows(const Spellings *self, size_t first, size_t last, uint64_t letters, uint64_t beside, int most_letters,
          int most_beside, Numbers *rows)
{
    size_t near = 0;
    for (size_t row = first; row < last; row++) { /* without a branch: most rows are not near */
        self->near[near] = (uint32_t)row;
        near += __builtin_popcountll(self->signatures[row] ^ letters) <= most_letters;
    }
    for (size_t i = 0; i < near; i++) {
        uint32_t row = self->near[i];
        if (__builtin_popcountll(self->neighbours[row] ^ beside) <= most_beside && push(rows, row) < 0)
            return -1;
    }
    return 0;
}

static int
slips(double leads, size_t length)
{
    return length > 4 ? (int)((1.0 - leads) * (double)length + 1e-9) : 0;
}

static int
same_letters(const Spellings *self, const uint32_t *word, size_t length, Numbers *rows)
{
    size_t shortest = length, longest = length;
    uint64_t letters = signature(word, length), beside = neighbours(word, length);
    while (shortest > 1 && length - shortest + 1 <= (size_t)slips(self->leads, length))
        shortest--;
    while (longest < LONGEST && longest + 1 - length <= (size_t)slips(self->leads, longest + 1))
        longest++;
    for (size_t other = shortest; other <= longest; other++) {
        size_t more = other > length ? other : length, apart = other > length ? other - length : length - other;
        int most = (int)((1.0 - self->leads) * (double)more + 1e-9);
        int most_letters = 2 * most - (int)apart, most_beside = 4 * most - (int)apart + 2;
        if (near_rows(self, self->of_length[other], self->of_length[other + 1], letters, beside,
                      most_letters < 0 ? 0 : most_letters > 64 ? 64 : most_letters,
                      most_beside < 0 ? 0 : most_beside > 64 ? 64 : most_beside, rows) < 0)
            return -1;
    }
    return 0;
}

/* Rows that are few slips away, ascending, with how alike they are, to ``each``. */
static int
near_words(Spellings *self, PyObject *text, double swapped, int (*each)(void *, const Spellings *, size_t, double),
           void *with)
{
    uint32_t word[LONGEST], room[LONGEST];
    size_t length;
    struct wanted wanted = {self, {NULL, 0, 0}};
    Pattern pattern;
    if (read_word(text, word, &length) < 0)
        return -1;
    int few = length < (size_t)self->deleted, done = -1;
    if ((few ? shortened(word, length, find_line, &wanted) : same_letters(self, word, length, &wanted.rows)) < 0)
        goto done;
    if (few && wanted.rows.size > 1 && sort(&wanted.rows) < 0)
        goto done;
    make_ready(&pattern, word, length);
    for (size_t i = 0; i < wanted.rows.size; i++) {
        uint64_t row = wanted.rows.at[i];
        if (i && row == wanted.rows.at[i - 1])
            continue;
        size_t letters;
        const uint32_t *other = word_at(&self->block, row, &letters, room);
        double alike;
        if (length == 3) {
            if (letters != 3)
                continue;
            alike = memcmp(word, other, 3 * sizeof(uint32_t)) ? swapped : 1.0;
        }
        else
            alike = likeness(&pattern, other, letters, self->leads);
        if (alike >= self->leads && each(with, self, row, alike) < 0)
            goto done;
    }
    done = 0;
done:
    free(wanted.rows.at);
    return done;
}

static int
add_row(void *with, const Spellings *self, size_t row, double alike)
{
    return append_found(with, row, alike);
}

static PyObject *
Spellings_like(Spellings *self, PyObject *args)
{
    PyObject *text, *found;
    double swapped;
    if (!PyArg_ParseTuple(args, "Ud", &text, &swapped) || (found = PyList_New(0)) == NULL)
        return NULL;
    if (near_words(self, text, swapped, add_row, found) < 0)
        Py_CLEAR(found);
    return found;
}

struct led { PyObject *best, *closely; int loose; };

static int
lead(void *with, const Spellings *self, size_t row, double alike)
{
    struct led *led = with;
    if (!led->loose && !self->loose[row])
        return raise_to(led->best, self->classes[row], alike);
    PyObject *number = PyLong_FromSize_t(row);
    int done = number == NULL ? -1 : PyList_Append(led->closely, number);
    Py_XDECREF(number);
    return done;
}

static PyObject *
Spellings_lead(Spellings *self, PyObject *args)
{
    PyObject *text;
    double swapped;
    struct led led;
    if (!PyArg_ParseTuple(args, "UdpO!", &text, &swapped, &led.loose, &PyDict_Type, &led.best)
        || (led.closely = PyList_New(0)) == NULL)
        return NULL;
    if (near_words(self, text, swapped, lead, &led) < 0)
        Py_CLEAR(led.closely);
    return led.closely;
}

static PyMethodDef Spellings_methods[] = {
    {"like", (PyCFunction)Spellings_like, METH_VARARGS,
     "like(word, swapped): the rows that are few slips away, ascending, each with how alike it is."},
    {"lead", (PyCFunction)Spellings_lead, METH_VARARGS,
     "lead(word, swapped, loose, best): the same rows; raises best[class] to how alike, and gives those rows that a\n"
     "loose script must be looked at closely for."},
    {NULL},
};

static PyType_Slot Spellings_slots[] = {
    {Py_tp_doc, (void *)SPELLINGS_DOC},
    {Py_tp_init, Spellings_init},
    {Py_tp_dealloc, Spellings_dealloc},
    {Py_tp_methods, Spellings_methods},
    {0, NULL},
};

static PyType_Spec Spellings_spec = {"sekisho.names._quick.Spellings", sizeof(Spellings), 0, Py_TPFLAGS_DEFAULT,
                                     Spellings_slots};

/* -- pairs: names that have two words of a query ------------------------------------------------------------------ */

#define MOST_WORDS 16
#define MOST_CLASSES 64
#define COMPANY_WORDS 16 /* 1,024 bits */

typedef struct {
    int count, own;
    double weight;
    uint64_t mask[COMPANY_WORDS];
    uint32_t numbers[MOST_CLASSES];
    double alikes[MOST_CLASSES];
} Heard;

/* Reads Sounds.classes: (number, alike) each. */
static int
read_heard(PyObject *classes, Heard *heard)
{
    if (!PyTuple_Check(classes) || PyTuple_GET_SIZE(classes) > MOST_CLASSES) {
        PyErr_SetString(PyExc_TypeError, "sound classes are a tuple, and not so many");
        return -1;
    }
    heard->count = (int)PyTuple_GET_SIZE(classes);
    memset(heard->mask, 0, sizeof heard->mask);
    for (int i = 0; i < heard->count; i++) {
        PyObject *one = PyTuple_GET_ITEM(classes, i);
        if (!PyTuple_Check(one) || PyTuple_GET_SIZE(one) < 2) {
            PyErr_SetString(PyExc_TypeError, "a sound class is a tuple");
            return -1;
        }
        unsigned long number = PyLong_AsUnsignedLong(PyTuple_GET_ITEM(one, 0));
        double alike = PyFloat_AsDouble(PyTuple_GET_ITEM(one, 1));
        if (PyErr_Occurred())
            return -1;
        heard->numbers[i] = (uint32_t)number;
        heard->alikes[i] = alike;
        heard->mask[number >> 6 & (COMPANY_WORDS - 1)] |= UINT64_C(1) << (number & 63);
    }
    return 0;
}

static int
append_hit(PyObject *found, double alike, int word, PyObject *numbers)
{
    PyObject *hit = Py_BuildValue("(diO)", alike, word, numbers);
    int done = hit == NULL ? -1 : PyList_Append(found, hit);
    Py_XDECREF(hit);
    return done;
}

static PyObject *
pairs(PyObject *module, PyObject *args)
{
    PyObject *file_object, *sounds, *weights, *owns, *found;
    Py_buffer company;
    double room, both;
    Heard heard[MOST_WORDS];
    if (!PyArg_ParseTuple(args, "Oy*O!O!O!ddO!", &file_object, &company, &PyList_Type, &sounds, &PyList_Type, &weights,
                          &PyList_Type, &owns, &room, &both, &PyList_Type, &found))
        return NULL;
    PyTypeObject *file_type = *(PyTypeObject **)PyModule_GetState(module);
    Py_ssize_t words = PyList_GET_SIZE(sounds);
    const uint64_t *rows = company.buf;
    size_t classes = (size_t)company.len / (COMPANY_WORDS * 8);
    PyObject *result = NULL;
    if (!PyObject_TypeCheck(file_object, file_type) || words > MOST_WORDS || PyList_GET_SIZE(weights) != words
        || PyList_GET_SIZE(owns) != words) {
        PyErr_SetString(PyExc_TypeError, "pairs: a File, and as many weights and kinds as words, 16 at most");
        goto done;
    }
    const File *file = (File *)file_object;
    for (Py_ssize_t i = 0; i < words; i++) {
        if (read_heard(PyList_GET_ITEM(sounds, i), &heard[i]) < 0)
            goto done;
        heard[i].weight = PyFloat_AsDouble(PyList_GET_ITEM(weights, i));
        heard[i].own = PyObject_IsTrue(PyList_GET_ITEM(owns, i));
        if (PyErr_Occurred())
            goto done;
    }
    int own = 0;
    for (Py_ssize_t i = 0; i < words; i++)
        own += heard[i].own;
    for (Py_ssize_t i = 0; i < words; i++) {
        const Heard *one = &heard[i];
        for (Py_ssize_t j = i + 1; one->count && j < words; j++) {
            const Heard *two = &heard[j];
            if (!two->count || !(one->own || own <= 1 || two->own))
                continue;
            for (int k = 0; k < one->count; k++) {
                uint32_t a = one->numbers[k];
                if (a >= classes)
                    continue;
                const uint64_t *beside = rows + (size_t)a * COMPANY_WORDS;
                uint64_t any = 0;
                for (int bit = 0; bit < COMPANY_WORDS; bit++)
                    any |= beside[bit] & two->mask[bit];
                if (!any)
                    continue;
                double alike = one->alikes[k], left = room - one->weight * (1.0 - alike);
                if (left < 0.0)
                    break;
                double least = both - alike, other_least = 1.0 - left / two->weight;
                if (other_least > least)
                    least = other_least;
                for (int l = 0; l < two->count && two->alikes[l] >= least; l++) {
                    uint32_t b = two->numbers[l];
                    if (!(beside[b >> 6 & (COMPANY_WORDS - 1)] >> (b & 63) & 1))
                        continue;
                    const uint32_t *numbers = NULL;
                    uint64_t key = a < b ? (uint64_t)a << 24 | b : (uint64_t)b << 24 | a;
                    Py_ssize_t count = look(file, place_of(file, key), &numbers);
                    if (!count)
                        continue;
                    PyObject *list = as_list(numbers, count);
                    int bad = list == NULL || append_hit(found, alike, (int)i, list) < 0
                              || append_hit(found, two->alikes[l], (int)j, list) < 0;
                    Py_XDECREF(list);
                    if (bad)
                        goto done;
                }
            }
        }
    }
    result = Py_NewRef(Py_None);
done:
    PyBuffer_Release(&company);
    return result;
}

typedef struct { double alike; size_t number; } Class;

static int
by_likeness(const void *one, const void *two)
{
    const Class *a = one, *b = two;
    if (a->alike != b->alike)
        return a->alike < b->alike ? 1 : -1;
    return a->number < b->number ? -1 : a->number > b->number;
}

static PyObject *
best_classes(PyObject *module, PyObject *args)
{
    PyObject *best, *key, *value, *found = NULL;
    Py_ssize_t most, place = 0, count = 0;
    if (!PyArg_ParseTuple(args, "O!n", &PyDict_Type, &best, &most))
        return NULL;
    Class *classes = malloc((size_t)(PyDict_GET_SIZE(best) + 1) * sizeof(Class));
    if (classes == NULL)
        return PyErr_NoMemory();
    for (; PyDict_Next(best, &place, &key, &value); count++)
        classes[count] = (Class){PyFloat_AsDouble(value), PyLong_AsSize_t(key)};
    if (!PyErr_Occurred()) {
        qsort(classes, (size_t)count, sizeof(Class), by_likeness);
        count = count < most ? count : most;
        found = PyTuple_New(count < 0 ? 0 : count);
    }
    for (Py_ssize_t i = 0; found != NULL && i < count; i++) {
        PyObject *one = Py_BuildValue("(nd)", (Py_ssize_t)classes[i].number, classes[i].alike);
        if (one == NULL)
            Py_CLEAR(found);
        else
            PyTuple_SET_ITEM(found, i, one);
    }
    free(classes);
    return found;
}

/* -- Ranking: which of the names met can reach the threshold ------------------------------------------------------ */

typedef struct {
    PyObject_HEAD
    size_t records;
    double *weights;    /* of each record */
    uint8_t *persons;
    double *best, *met, *full; /* 0 between two calls */
} Ranking;

static const char RANKING_DOC[] = "Ranking(weights, persons): arrays of doubles and bytes, one each record.";

static int
Ranking_init(Ranking *self, PyObject *args, PyObject *kwargs)
{
    Py_buffer weights, persons;
    if (self->weights != NULL) {
        PyErr_SetString(PyExc_RuntimeError, "a Ranking is made once");
        return -1;
    }
    if (!PyArg_ParseTuple(args, "y*y*", &weights, &persons))
        return -1;
    size_t records = (size_t)persons.len;
    int done = -1;
    if ((size_t)weights.len != records * sizeof(double))
        PyErr_SetString(PyExc_ValueError, "one weight and one kind each record");
    else {
        self->records = records;
        self->weights = malloc((records + 1) * sizeof(double));
        self->persons = malloc(records + 1);
        self->best = calloc(records + 1, sizeof(double));
        self->met = calloc(records + 1, sizeof(double));
        self->full = calloc(records + 1, sizeof(double));
        if (!self->weights || !self->persons || !self->best || !self->met || !self->full)
            PyErr_NoMemory();
        else {
            memcpy(self->weights, weights.buf, records * sizeof(double));
            memcpy(self->persons, persons.buf, records);
            done = 0;
        }
    }
    PyBuffer_Release(&weights);
    PyBuffer_Release(&persons);
    return done;
}

static void
Ranking_dealloc(Ranking *self)
{
    free(self->weights);
    free(self->persons);
    free(self->best);
    free(self->met);
    free(self->full);
    PyTypeObject *type = Py_TYPE(self);
    type->tp_free((PyObject *)self);
    Py_DECREF(type);
}

typedef struct { double bound; size_t at; } Ranked;

static int
by_bound(const void *one, const void *two)
{
    const Ranked *a = one, *b = two;
    if (a->bound != b->bound)
        return a->bound < b->bound ? 1 : -1;
    return a->at < b->at ? 1 : a->at > b->at ? -1 : 0;
}

static void
clear(Ranking *self, Numbers *met, Numbers *touched)
{
    for (size_t i = 0; i < met->size; i++)
        self->met[met->at[i]] = self->full[met->at[i]] = self->best[met->at[i]] = 0.0;
    for (size_t i = 0; i < touched->size; i++)
        self->best[touched->at[i]] = 0.0;
    met->size = touched->size = 0;
}

static PyObject *
Ranking_ranked(Ranking *self, PyObject *args)
{
    PyObject *hits, *sure, *word_weights, *answer = NULL;
    double total, share, conflict, lost, least;
    int person;
    Py_ssize_t limit;
    if (!PyArg_ParseTuple(args, "O!O!O!dpndddd", &PyList_Type, &hits, &PyDict_Type, &sure, &PyList_Type, &word_weights,
                          &total, &person, &limit, &share, &conflict, &lost, &least))
        return NULL;
    Py_ssize_t words = PyList_GET_SIZE(word_weights), count = PyList_GET_SIZE(hits);
    Numbers met = {NULL, 0, 0}, touched = {NULL, 0, 0};
    Ranked *ranked = NULL;
    size_t kept = 0;
    for (Py_ssize_t word = 0; word < words; word++) {
        double weight = PyFloat_AsDouble(PyList_GET_ITEM(word_weights, word));
        if (!(weight > 0.0)) {
            if (!PyErr_Occurred())
                PyErr_SetString(PyExc_ValueError, "a word weighs something");
            goto done;
        }
        for (Py_ssize_t i = 0; i < count; i++) {
            PyObject *hit = PyList_GET_ITEM(hits, i);
            if (!PyTuple_Check(hit) || PyTuple_GET_SIZE(hit) != 3 || !PyList_Check(PyTuple_GET_ITEM(hit, 2))) {
                PyErr_SetString(PyExc_TypeError, "a hit is how alike, which word, and a list of records");
                goto done;
            }
            if (PyLong_AsSsize_t(PyTuple_GET_ITEM(hit, 1)) != word)
                continue;
            double alike = PyFloat_AsDouble(PyTuple_GET_ITEM(hit, 0));
            PyObject *numbers = PyTuple_GET_ITEM(hit, 2);
            if (!(alike > 0.0)) {
                if (!PyErr_Occurred())
                    PyErr_SetString(PyExc_ValueError, "what is met is somewhat alike");
                goto done;
            }
            for (Py_ssize_t k = 0; k < PyList_GET_SIZE(numbers); k++) {
                size_t at = PyLong_AsSize_t(PyList_GET_ITEM(numbers, k));
                if (at >= self->records) {
                    if (!PyErr_Occurred())
                        PyErr_SetString(PyExc_IndexError, "no such record");
                    goto done;
                }
                if (self->best[at] == 0.0 && push(&touched, at) < 0)
                    goto done;
                if (alike > self->best[at])
                    self->best[at] = alike;
            }
        }
        for (size_t i = 0; i < touched.size; i++) {
            size_t at = touched.at[i];
            if (self->full[at] == 0.0 && push(&met, at) < 0)
                goto done;
            self->met[at] += weight * self->best[at];
            self->full[at] += weight;
            self->best[at] = 0.0;
        }
        touched.size = 0;
    }
    ranked = malloc((met.size + (size_t)PyDict_GET_SIZE(sure) + 1) * sizeof(Ranked));
    if (ranked == NULL) {
        PyErr_NoMemory();
        goto done;
    }
    PyObject *key, *value;
    Py_ssize_t place = 0;
    while (PyDict_Next(sure, &place, &key, &value)) {
        size_t at = PyLong_AsSize_t(key);
        double keys = PyFloat_AsDouble(value);
        if (at >= self->records || PyErr_Occurred()) {
            if (!PyErr_Occurred())
                PyErr_SetString(PyExc_IndexError, "no such record");
            goto done;
        }
        if ((self->persons[at] != 0) == person)
            ranked[kept++] = (Ranked){keys, at};
        self->best[at] = -1.0; /* ranked already */
        if (push(&touched, at) < 0)
            goto done;
    }
    for (size_t i = 0; i < met.size; i++) {
        size_t at = met.at[i];
        if ((self->persons[at] != 0) != person || self->best[at] < 0.0)
            continue;
        double shared = self->met[at], whole = self->full[at];
        double over1 = total - whole, over2 = self->weights[at] - whole;
        if (over2 < 0.0)
            over2 = 0.0;
        double both = over1 < over2 ? over1 : over2;
        double against = conflict * (whole - shared + share * both) + lost * (over1 + over2 - 2 * both);
        double bound = shared / (shared + against + 1e-9);
        if (bound >= least)
            ranked[kept++] = (Ranked){bound, at};
    }
    qsort(ranked, kept, sizeof(Ranked), by_bound);
    if ((Py_ssize_t)kept > limit)
        kept = (size_t)limit;
    clear(self, &met, &touched);
    answer = PyList_New((Py_ssize_t)kept);
    for (size_t i = 0; answer != NULL && i < kept; i++) {
        PyObject *number = PyLong_FromSize_t(ranked[i].at);
        if (number == NULL)
            Py_CLEAR(answer);
        else
            PyList_SET_ITEM(answer, (Py_ssize_t)i, number);
    }
done:
    clear(self, &met, &touched);
    free(met.at);
    free(touched.at);
    free(ranked);
    return answer;
}

static PyMethodDef Ranking_methods[] = {
    {"ranked", (PyCFunction)Ranking_ranked, METH_VARARGS,
     "ranked(hits, sure, word_weights, total, person, limit, share, conflict, lost, least): records, best first."},
    {NULL},
};

static PyType_Slot Ranking_slots[] = {
    {Py_tp_doc, (void *)RANKING_DOC},
    {Py_tp_init, Ranking_init},
    {Py_tp_dealloc, Ranking_dealloc},
    {Py_tp_methods, Ranking_methods},
    {0, NULL},
};

static PyType_Spec Ranking_spec = {"sekisho.names._quick.Ranking", sizeof(Ranking), 0, Py_TPFLAGS_DEFAULT, Ranking_slots};

/* -- how a Latin word sounds (see sounds) --------------------------------------------------------------------------- */

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

/* What ``make`` makes of an ASCII word; None for another word, which is for Python. */
static PyObject *
sounded(PyObject *word, void (*make)(Sound *))
{
    Sound sound;
    if (!PyUnicode_Check(word) || !PyUnicode_IS_ASCII(word) || PyUnicode_GET_LENGTH(word) > MOST_LETTERS)
        Py_RETURN_NONE;
    sound.length = (size_t)PyUnicode_GET_LENGTH(word);
    memcpy(sound.letters, PyUnicode_1BYTE_DATA(word), sound.length);
    make(&sound);
    return PyUnicode_FromKindAndData(PyUnicode_1BYTE_KIND, sound.letters, (Py_ssize_t)sound.length);
}

static PyObject *sound_fold(PyObject *module, PyObject *word) { return sounded(word, fold); }
static PyObject *sound_key(PyObject *module, PyObject *word) { return sounded(word, key); }
static PyObject *sound_letter_key(PyObject *module, PyObject *word) { return sounded(word, letter_key); }
static PyObject *sound_consonants(PyObject *module, PyObject *word) { return sounded(word, consonants); }
static PyObject *sound_skeleton(PyObject *module, PyObject *word) { return sounded(word, skeleton); }

/* -- the module ------------------------------------------------------------------------------------------------ */

static int
add_types(PyObject *module)
{
    PyType_Spec *specs[] = {&File_spec, &Texts_spec, &Spellings_spec, &Ranking_spec};
    for (int i = 0; i < 4; i++) {
        PyObject *type = PyType_FromSpec(specs[i]);
        if (type == NULL || PyModule_AddType(module, (PyTypeObject *)type) < 0) {
            Py_XDECREF(type);
            return -1;
        }
        if (i == 0)
            *(PyTypeObject **)PyModule_GetState(module) = (PyTypeObject *)type; /* the module's dictionary holds it */
        Py_DECREF(type);
    }
    return 0;
}

static PyMethodDef methods[] = {
    {"best_classes", best_classes, METH_VARARGS, "best_classes(best, most): pairs of class and likeness, best first."},
    {"fold", sound_fold, METH_O, "sounds.fold of an ASCII word; None for another."},
    {"key", sound_key, METH_O, "sounds.key of an ASCII word; None for another."},
    {"letter_key", sound_letter_key, METH_O, "sounds.letter_key of an ASCII word; None for another."},
    {"consonants", sound_consonants, METH_O, "sounds.consonants of an ASCII word; None for another."},
    {"skeleton", sound_skeleton, METH_O, "sounds.skeleton of an ASCII word; None for another."},
    {"pairs", pairs, METH_VARARGS,
     "pairs(file, company, sounds, weights, owns, room, both, found): appends the hits of each two words to found."},
    {NULL},
};

static PyModuleDef_Slot slots[] = {{Py_mod_exec, add_types}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_quick", "The inner loops of the name index.", sizeof(PyTypeObject *), methods, slots,
};

PyMODINIT_FUNC
PyInit__quick(void)
{
    return PyModuleDef_Init(&definition);
}
