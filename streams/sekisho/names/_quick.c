/* The inner loops of the name index, for machines that have a C compiler.

   Each function here does what a function of the same room in Python does, with the same answer to the last bit
   (tests/names/test_quick.py holds them against each other); quick.py tells which of the two runs. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "_words.h"

#include "_sounds.h"

#include "_loose.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(__GLIBC__)
#define WITH_POPCNT __attribute__((target_clones("popcnt", "default")))
#else
#define WITH_POPCNT
#endif

#ifdef __GNUC__
#define SOON(address) __builtin_prefetch(address)
#else
#define SOON(address) ((void)(address))
#endif

#define MASK40 ((UINT64_C(1) << 40) - 1)
#define SPREAD UINT64_C(0x9E3779B97F4A7C15)

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

#if PY_VERSION_HEX >= 0x030E0000
#define HASH_OF_BYTES Py_HashBuffer
#else
#define HASH_OF_BYTES _Py_HashBytes
#endif

/* Python's hash of a part of a text with a letter before it, and one after it where that is not negative. */
static int
hash_part(PyObject *text, Py_ssize_t first, Py_ssize_t last, Py_UCS4 head, Py_ssize_t tail, uint64_t *hash)
{
    Py_UCS4 few[64], *letters = few;
    Py_ssize_t size = 0;
    char plain[64];
    if (PyUnicode_IS_ASCII(text) && tail < 128 && last - first + 2 <= (Py_ssize_t)sizeof(plain)) {
        /* a string in ASCII has the hash of its bytes */
        plain[size++] = (char)head;
        memcpy(plain + size, (const char *)PyUnicode_1BYTE_DATA(text) + first, (size_t)(last - first));
        size += last - first;
        if (tail >= 0)
            plain[size++] = (char)tail;
        *hash = (uint64_t)HASH_OF_BYTES(plain, size);
        return 0;
    }
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

/* Adds the numbers of names with an end of this text, which are about as long, where they are no crowd (see whole). */
static int
share_an_end(const File *self, PyObject *text, Py_ssize_t size, double slips, int step, Py_ssize_t crowd, Numbers *into)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(text), small = size / 2, apart = (Py_ssize_t)((double)length * slips);
    struct { Py_UCS4 head; Py_ssize_t first, last; } ends[4];
    int count = 0;
    apart = apart < 1 ? 1 : apart;
    if (length > size) {
        ends[count].head = '<', ends[count].first = 0, ends[count++].last = size;
        ends[count].head = '>', ends[count].first = length - size, ends[count++].last = length;
    }
    if (small < length && length <= 2 * size + 1) {
        ends[count].head = '(', ends[count].first = 0, ends[count++].last = small;
        ends[count].head = ')', ends[count].first = length - small, ends[count++].last = length;
    }
    const Py_ssize_t shortest = (length - apart) >> step, lengths = ((length + apart) >> step) - shortest + 1;
    /* the memory of all is asked for before any is read */
    uint64_t places[64];
    const int ahead = count * lengths <= (Py_ssize_t)(sizeof(places) / sizeof(*places));
    for (int end = 0; ahead && end < count; end++)
        for (Py_ssize_t at = 0; at < lengths; at++) {
            uint64_t hash;
            if (hash_part(text, ends[end].first, ends[end].last, ends[end].head, shortest + at, &hash) < 0)
                return -1;
            uint64_t place = places[end * lengths + at] = place_of(self, hash);
            SOON((const uint8_t *)self->flags.buf + (place >> self->down >> 3));
        }
    for (int end = 0; end < count; end++) {
        int crowded = 0;
        uint64_t hash;
        const uint32_t *numbers = NULL;
        for (Py_ssize_t at = 0; at < lengths; at++) {
            uint64_t place;
            if (ahead)
                place = places[end * lengths + at];
            else if (hash_part(text, ends[end].first, ends[end].last, ends[end].head, shortest + at, &hash) < 0)
                return -1;
            else
                place = place_of(self, hash);
            Py_ssize_t found = look(self, place, &numbers);
            if (found > crowd)
                crowded = 1;
            else
                for (Py_ssize_t i = 0; i < found; i++)
                    if (push(into, numbers[i]) < 0)
                        return -1;
        }
        if (!crowded || (ends[end].head != '<' && ends[end].head != '>'))
            continue;
        /* a slip may have made it a letter longer or shorter */
        for (Py_ssize_t half = (length - 1) / 2; half <= (length + 1) / 2; half++) {
            int front = ends[end].head == '<';
            if (hash_part(text, front ? 0 : length - half, front ? half : length, front ? '[' : ']', -1, &hash) < 0)
                return -1;
            Py_ssize_t found = look(self, place_of(self, hash), &numbers);
            for (Py_ssize_t i = 0; found <= crowd && i < found; i++)
                if (push(into, numbers[i]) < 0)
                    return -1;
        }
    }
    return 0;
}

static PyObject *
File_ends(File *self, PyObject *args)
{
    PyObject *text, *found;
    Py_ssize_t size, crowd;
    double slips;
    int step;
    Numbers numbers = {NULL, 0, 0};
    if (!PyArg_ParseTuple(args, "Undin", &text, &size, &slips, &step, &crowd))
        return NULL;
    found = share_an_end(self, text, size, slips, step, crowd, &numbers) < 0 ? NULL : PyList_New((Py_ssize_t)numbers.size);
    for (size_t i = 0; found != NULL && i < numbers.size; i++) {
        PyObject *number = PyLong_FromSize_t(numbers.at[i]);
        if (number == NULL)
            Py_CLEAR(found);
        else
            PyList_SET_ITEM(found, (Py_ssize_t)i, number);
    }
    free(numbers.at);
    return found;
}

static PyMethodDef File_methods[] = {
    {"ends", (PyCFunction)File_ends, METH_VARARGS,
     "ends(text, size, slips, step, crowd): the numbers of names with an end of this text (see whole), some more than once."},
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

static PyMethodDef Texts_methods[] = {
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

#define MOST_SHORTENED 128 /* hashes of one word: 1 + 14 + 14 * 13 / 2 at most */

struct wanted { const Spellings *words; uint64_t hashes[MOST_SHORTENED]; size_t size; };

static int
note_hash(void *with, uint64_t hash)
{
    struct wanted *wanted = with;
    SOON(&wanted->words->flags[hash >> wanted->words->down >> 3]);
    wanted->hashes[wanted->size++] = hash;
    return 0;
}

/* The rows filed under any of the hashes. What is looked at is asked for a step before: memory is far away. */
static int
find_lines(struct wanted *wanted, Numbers *rows)
{
    const Spellings *words = wanted->words;
    size_t kept = 0;
    for (size_t i = 0; i < wanted->size; i++) {
        uint64_t hash = wanted->hashes[i], bit = hash >> words->down;
        if (words->flags[bit >> 3] >> (bit & 7) & 1) {
            SOON(&words->firsts[hash >> words->buckets]);
            wanted->hashes[kept++] = hash;
        }
    }
    for (size_t i = 0; i < kept; i++)
        SOON(&words->lines[words->firsts[wanted->hashes[i] >> words->buckets]]);
    for (size_t i = 0; i < kept; i++) {
        uint64_t hash = wanted->hashes[i], bucket = hash >> words->buckets;
        for (uint32_t at = words->firsts[bucket], stop = words->firsts[bucket + 1]; at < stop; at++)
            if (words->lines[at] >> ROW_BITS == hash
                && push(rows, words->lines[at] & ((UINT64_C(1) << ROW_BITS) - 1)) < 0)
                return -1;
    }
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

/* What letters that changed places cost of a slip, from a likeness on: similar.SWAPPED and similar.REORDERED. */
static const double SWAP = 0.7, REORDERED = 0.8;

/* Whether two words of one length have the same letters. */
static int
same_multiset(const uint32_t *word, const uint32_t *other, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        size_t mine = 0, theirs = 0;
        for (size_t j = 0; j < length; j++) {
            mine += word[j] == word[i];
            theirs += other[j] == word[i];
        }
        if (mine != theirs)
            return 0;
    }
    return 1;
}

/* Rows that are few slips away, ascending, with how alike they are, to ``each``. */
static int
near_words(Spellings *self, PyObject *text, double swapped, int (*each)(void *, const Spellings *, size_t, double),
           void *with)
{
    uint32_t word[LONGEST], room[LONGEST];
    size_t length;
    Numbers rows = {NULL, 0, 0};
    Pattern pattern;
    if (read_word(text, word, &length) < 0)
        return -1;
    int few = length < (size_t)self->deleted, done = -1;
    if (few) {
        struct wanted wanted = {.words = self, .size = 0};
        if (shortened(word, length, note_hash, &wanted) < 0 || find_lines(&wanted, &rows) < 0 || sort(&rows) < 0)
            goto done;
    }
    else if (same_letters(self, word, length, &rows) < 0)
        goto done;
    for (size_t i = 0; i < rows.size; i++) {
        SOON(&self->block.begins[rows.at[i]]);
        SOON(&self->block.lengths[rows.at[i]]);
    }
    make_ready(&pattern, word, length);
    for (size_t i = 0; i < rows.size; i++) {
        uint64_t row = rows.at[i];
        if (i && row == rows.at[i - 1])
            continue;
        size_t letters;
        const uint32_t *other = word_at(&self->block, row, &letters, room);
        double alike;
        if (length == 3) {
            if (letters != 3)
                continue;
            alike = memcmp(word, other, 3 * sizeof(uint32_t)) ? swapped : 1.0;
        }
        else {
            alike = likeness(&pattern, other, letters, self->leads);
            if (alike >= REORDERED && alike < 1.0 && letters == length && same_multiset(word, other, length))
                alike = 1.0 - SWAP * (1.0 - alike);
        }
        if (alike >= self->leads && each(with, self, row, alike) < 0)
            goto done;
    }
    done = 0;
done:
    free(rows.at);
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

static PyMethodDef Spellings_methods[] = {
    {"like", (PyCFunction)Spellings_like, METH_VARARGS,
     "like(word, swapped): the rows that are few slips away, ascending, each with how alike it is."},
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

/* -- Heard: the sound classes that a word of a query may belong to ------------------------------------------------ */

#define MOST_WORDS 16     /* words of one query; one more place for an initial met */
#define LETTER MOST_WORDS /* that place */
#define COMPANY_WORDS 16  /* 1,024 bits */

typedef struct { double alike; uint32_t number; } Class;

typedef struct {
    PyObject_VAR_HEAD
    uint32_t sure; /* so many of the first are most alike */
    Class classes[];
} Heard;

static const char HEARD_DOC[] =
    "Heard(classes, surely, most): pairs of class and likeness, best first; of the first ``most`` those that are at least\n"
    "``surely`` alike are sure.";

static Heard *
new_heard(PyTypeObject *type, const Class *classes, size_t count, double surely, size_t most)
{
    Heard *heard = (Heard *)type->tp_alloc(type, (Py_ssize_t)count);
    if (heard == NULL)
        return NULL;
    if (count)
        memcpy(heard->classes, classes, count * sizeof(Class));
    heard->sure = 0;
    for (size_t i = 0; i < count && i < most; i++)
        heard->sure += classes[i].alike >= surely;
    return heard;
}

static PyObject *
Heard_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *pairs;
    double surely;
    Py_ssize_t most;
    if (!PyArg_ParseTuple(args, "O!dn", &PyTuple_Type, &pairs, &surely, &most))
        return NULL;
    size_t count = (size_t)PyTuple_GET_SIZE(pairs);
    Class *classes = PyMem_Malloc((count + 1) * sizeof(Class));
    if (classes == NULL)
        return PyErr_NoMemory();
    PyObject *heard = NULL;
    for (size_t i = 0; i < count; i++) {
        unsigned int number;
        double alike;
        PyObject *pair = PyTuple_GET_ITEM(pairs, (Py_ssize_t)i);
        if (!PyTuple_Check(pair) || !PyArg_ParseTuple(pair, "Id", &number, &alike)) {
            if (!PyErr_Occurred())
                PyErr_SetString(PyExc_TypeError, "a sound class is a tuple");
            goto done;
        }
        classes[i] = (Class){alike, number};
    }
    heard = (PyObject *)new_heard(type, classes, count, surely, most < 0 ? 0 : (size_t)most);
done:
    PyMem_Free(classes);
    return heard;
}

static void
Heard_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyObject *
Heard_classes(Heard *self, void *unused)
{
    PyObject *found = PyTuple_New(Py_SIZE(self));
    for (Py_ssize_t i = 0; found != NULL && i < Py_SIZE(self); i++) {
        PyObject *pair = Py_BuildValue("(Id)", (unsigned int)self->classes[i].number, self->classes[i].alike);
        if (pair == NULL)
            Py_CLEAR(found);
        else
            PyTuple_SET_ITEM(found, i, pair);
    }
    return found;
}

static PyObject *
Heard_sure(Heard *self, void *unused)
{
    PyObject *found = PyTuple_New((Py_ssize_t)self->sure);
    for (uint32_t i = 0; found != NULL && i < self->sure; i++) {
        PyObject *number = PyLong_FromUnsignedLong(self->classes[i].number);
        if (number == NULL)
            Py_CLEAR(found);
        else
            PyTuple_SET_ITEM(found, (Py_ssize_t)i, number);
    }
    return found;
}

static PyGetSetDef Heard_getset[] = {
    {"classes", (getter)Heard_classes, NULL, "pairs of class and likeness, best first", NULL},
    {"sure", (getter)Heard_sure, NULL, "the first classes, where they are most alike", NULL},
    {NULL},
};

static PyType_Slot Heard_slots[] = {
    {Py_tp_doc, (void *)HEARD_DOC},
    {Py_tp_new, Heard_new},
    {Py_tp_dealloc, Heard_dealloc},
    {Py_tp_getset, Heard_getset},
    {0, NULL},
};

static PyType_Spec Heard_spec = {"sekisho.names._quick.Heard", sizeof(Heard), sizeof(Class), Py_TPFLAGS_DEFAULT, Heard_slots};

/* -- the module's types, and the names it reads ------------------------------------------------------------------ */

enum { TEXT, FOLD, KEY, SKELETON, SCRIPT, SOURCE, KIND, ATTRIBUTES };

typedef struct {
    PyTypeObject *file, *texts, *spellings, *heard, *hits;
    PyObject *attributes[ATTRIBUTES];
    PyObject *prefixes[128]; /* strings of one letter */
} State;

static State *
state_of(void *object)
{
    return PyType_GetModuleState(Py_TYPE((PyObject *)object));
}

/* -- words across scripts ------------------------------------------------------------------------------------------ */

static Script
script_of(PyObject *script)
{
    static const struct { const char *name; Script script; } scripts[] = {
        {"latin", OPEN}, {"kana", KANA}, {"arabic", ABJAD_ARABIC}, {"hebrew", ABJAD_HEBREW}, {"cyrillic", OPEN},
        {"hangul", HANGUL}, {"greek", OPEN}, {"thai", OTHER_LOOSE}, {"khmer", OTHER_LOOSE}, {"other", OTHER_LOOSE},
    };
    if (PyUnicode_Check(script) && PyUnicode_IS_ASCII(script))
        for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
            if (!strcmp((const char *)PyUnicode_1BYTE_DATA(script), scripts[i].name))
                return scripts[i].script;
    return OTHER;
}

static int
is_loose(Script script)
{
    return script == KANA || script == ABJAD_ARABIC || script == ABJAD_HEBREW || script == OTHER_LOOSE;
}

/* 1 where a word was read, 0 where it is none that is read here, -1 on an error. */
static int
read_sound(PyObject *token, PyObject *name, Sound *sound)
{
    PyObject *text = PyObject_GetAttr(token, name);
    if (text == NULL)
        return -1;
    int read = PyUnicode_Check(text) && PyUnicode_IS_ASCII(text) && PyUnicode_GET_LENGTH(text) <= MOST_LETTERS;
    if (read) {
        sound->length = (size_t)PyUnicode_GET_LENGTH(text);
        memcpy(sound->letters, PyUnicode_1BYTE_DATA(text), sound->length);
    }
    Py_DECREF(text);
    return read;
}

static int
read_side(const State *state, PyObject *token, Side *side)
{
    int read = read_sound(token, state->attributes[TEXT], &side->text);
    if (read > 0)
        read = read_sound(token, state->attributes[SKELETON], &side->bones);
    if (read > 0)
        read = read_sound(token, state->attributes[FOLD], &side->fold);
    if (read <= 0)
        return read;
    PyObject *source = PyObject_GetAttr(token, state->attributes[SOURCE]);
    if (source == NULL)
        return -1;
    if (!PyUnicode_Check(source)) {
        Py_DECREF(source);
        PyErr_SetString(PyExc_TypeError, "a word's source is a str");
        return -1;
    }
    side->source = source;
    return 1;
}

static int
read_script(const State *state, PyObject *token, Script *script)
{
    PyObject *text = PyObject_GetAttr(token, state->attributes[SCRIPT]);
    if (text == NULL)
        return -1;
    *script = script_of(text);
    Py_DECREF(text);
    return 0;
}

/* How alike two words of different scripts are by similar.letters, one of which is loose; -1: for Python; -2: an error. */
static double
sides_alike(const Side *a, const Side *b)
{
    if (same(&a->fold, &b->fold))
        return same(&a->text, &b->text) ? 1.0 : SAME_SPELLING;
    if (is_loose(a->script) && is_loose(b->script))
        return 0.0;
    return loose(a, b);
}

static PyObject *
across(PyObject *module, PyObject *args)
{
    const State *state = PyModule_GetState(module);
    PyObject *one, *two;
    Side a = {.source = NULL}, b = {.source = NULL};
    if (!PyArg_ParseTuple(args, "OO", &one, &two))
        return NULL;
    double alike = -1.0;
    int read = -1;
    if (read_script(state, one, &a.script) == 0 && read_script(state, two, &b.script) == 0
        && (read = a.script == OTHER || b.script == OTHER ? 0 : read_side(state, one, &a)) > 0
        && (read = read_side(state, two, &b)) > 0)
        alike = sides_alike(&a, &b);
    Py_XDECREF(a.source);
    Py_XDECREF(b.source);
    if (read < 0)
        return NULL;
    if (alike < -0.9)
        Py_RETURN_NONE;
    return PyFloat_FromDouble(alike);
}

/* -- Ear: which sound classes a word may belong to (Lexicon.similar) ---------------------------------------------- */

typedef struct {
    PyObject_HEAD
    Spellings *spellings;
    File *heard_as, *bones;
    Texts *namesakes, *spoken;
    PyObject *numbers, *rows, *closely;
    double swapped, nick, fold, key, letters, sound, share4, share5, roughly, more_roughly, loosely, surely;
    Py_ssize_t sounds, near, far, more, classes, sure, folded;
    double *best; /* of each class; 0 between two calls */
    size_t named;
    uint8_t *scripts; /* of each row */
} Ear;

static const char EAR_DOC[] =
    "Ear(spellings, heard_as, bones, namesakes, spoken, numbers, rows, closely, likenesses, counts): the files of a frozen\n"
    "Lexicon, how alike two of its words are, and its constants (see lexicon).";

static int
Ear_init(Ear *self, PyObject *args, PyObject *kwargs)
{
    const State *state = state_of(self);
    PyObject *spellings, *heard_as, *bones, *namesakes, *spoken, *numbers, *rows, *closely;
    if (self->best != NULL) {
        PyErr_SetString(PyExc_RuntimeError, "an Ear is made once");
        return -1;
    }
    if (!PyArg_ParseTuple(args, "O!O!O!O!O!O!O!O(dddddddddddd)(nnnnnnn)", state->spellings, &spellings, state->file, &heard_as,
                          state->file, &bones, state->texts, &namesakes, state->texts, &spoken, &PyDict_Type, &numbers,
                          &PyList_Type, &rows, &closely, &self->swapped, &self->nick, &self->fold, &self->key,
                          &self->letters, &self->sound, &self->share4, &self->share5, &self->roughly, &self->more_roughly,
                          &self->loosely, &self->surely, &self->sounds, &self->near, &self->far, &self->more,
                          &self->classes, &self->sure, &self->folded))
        return -1;
    self->named = ((Texts *)namesakes)->block.words;
    size_t words = ((Spellings *)spellings)->block.words;
    int whole = (size_t)PyList_GET_SIZE(rows) == words && ((Texts *)spoken)->block.words == words
                && self->near > 0 && self->far > 0 && self->classes > 0 && self->sure >= 0;
    for (size_t row = 0; whole && row < words; row++)
        whole = ((Spellings *)spellings)->classes[row] < self->named;
    if (!whole) {
        PyErr_SetString(PyExc_ValueError, "these are not the files of one frozen Lexicon");
        return -1;
    }
    free(self->scripts);
    self->scripts = malloc(words + 1);
    if (self->scripts == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (size_t row = 0; row < words; row++) {
        Script script;
        if (read_script(state, PyList_GET_ITEM(rows, (Py_ssize_t)row), &script) < 0)
            return -1;
        self->scripts[row] = (uint8_t)script;
    }
    self->best = calloc(self->named + 1, sizeof(double));
    if (self->best == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    self->spellings = (Spellings *)Py_NewRef(spellings);
    self->heard_as = (File *)Py_NewRef(heard_as);
    self->bones = (File *)Py_NewRef(bones);
    self->namesakes = (Texts *)Py_NewRef(namesakes);
    self->spoken = (Texts *)Py_NewRef(spoken);
    self->numbers = Py_NewRef(numbers);
    self->rows = Py_NewRef(rows);
    self->closely = Py_NewRef(closely);
    return 0;
}

static void
Ear_dealloc(Ear *self)
{
    free(self->best);
    free(self->scripts);
    Py_XDECREF(self->spellings);
    Py_XDECREF(self->heard_as);
    Py_XDECREF(self->bones);
    Py_XDECREF(self->namesakes);
    Py_XDECREF(self->spoken);
    Py_XDECREF(self->numbers);
    Py_XDECREF(self->rows);
    Py_XDECREF(self->closely);
    PyTypeObject *type = Py_TYPE(self);
    type->tp_free((PyObject *)self);
    Py_DECREF(type);
}

/* Classes met, each with how alike, some more than once. */
typedef struct {
    Class *at;
    size_t size, room;
} Led;

static int
lead_to(Led *led, size_t number, double alike)
{
    if (led->size == led->room) {
        size_t room = led->room ? led->room * 2 : 128;
        Class *grown = realloc(led->at, room * sizeof(Class));
        if (grown == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        led->at = grown;
        led->room = room;
    }
    led->at[led->size++] = (Class){alike, (uint32_t)number};
    return 0;
}

struct hearing { Led led; Numbers rows; int loose; double most; };

static int
row_met(void *with, const Spellings *spellings, size_t row, double alike)
{
    struct hearing *hearing = with;
    if (hearing->loose || spellings->loose[row])
        return push(&hearing->rows, row);
    return lead_to(&hearing->led, spellings->classes[row], alike < hearing->most ? alike : hearing->most);
}

/* The numbers filed under a letter and a text behind it. */
static Py_ssize_t
filed(const State *state, const File *file, char letter, PyObject *text, const uint32_t **numbers)
{
    PyObject *line = PyUnicode_Concat(state->prefixes[(int)letter], text);
    if (line == NULL)
        return -1;
    uint64_t hash = (uint64_t)PyObject_Hash(line);
    Py_DECREF(line);
    return look(file, place_of(file, hash), numbers);
}

static Py_ssize_t
filed_sound(const State *state, const File *file, char letter, const Sound *sound, const uint32_t **numbers)
{
    char line[sizeof sound->letters + 1];
    line[0] = letter;
    memcpy(line + 1, sound->letters, sound->length);
    PyObject *text = PyUnicode_FromKindAndData(PyUnicode_1BYTE_KIND, line, (Py_ssize_t)sound->length + 1);
    if (text == NULL)
        return -1;
    uint64_t hash = (uint64_t)PyObject_Hash(text);
    Py_DECREF(text);
    return look(file, place_of(file, hash), numbers);
}

static int
all_filed(Led *led, const uint32_t *numbers, Py_ssize_t count, double alike)
{
    for (Py_ssize_t i = 0; i < count; i++)
        if (lead_to(led, numbers[i], alike) < 0)
            return -1;
    return count < 0 ? -1 : 0;
}

/* Lexicon._sounded_like */
static int
sounded_like(Ear *self, const State *state, PyObject *token, PyObject *text, PyObject *folded, PyObject *letters, Led *led)
{
    const uint32_t *numbers = NULL;
    PyObject *sound = PyObject_GetAttr(token, state->attributes[KEY]), *name = NULL;
    int done = -1;
    if (sound == NULL || !PyUnicode_Check(sound)) {
        if (sound != NULL)
            PyErr_SetString(PyExc_TypeError, "a word's key is a str");
        goto done;
    }
    if (all_filed(led, numbers, filed(state, self->heard_as, 'f', folded, &numbers), self->fold) < 0)
        goto done;
    Py_ssize_t sounds = PyUnicode_GET_LENGTH(sound);
    name = sounds >= self->sounds ? Py_NewRef(sound) : PyUnicode_Concat(state->prefixes['\''], folded);
    if (name == NULL)
        goto done;
    PyObject *number = PyDict_GetItemWithError(self->numbers, name);
    if (number != NULL && lead_to(led, PyLong_AsSize_t(number), self->sound) < 0)
        goto done;
    if (PyErr_Occurred())
        goto done;
    double share = sounds == 4 ? self->share4 : sounds == 5 ? self->share5 : 0.0;
    if (share > 0.0) {
        Py_ssize_t count = filed(state, self->heard_as, 's', sound, &numbers);
        uint32_t word[LONGEST], room[LONGEST];
        size_t length, others;
        Pattern pattern;
        if (count < 0 || read_word(folded, word, &length) < 0)
            goto done;
        if (count)
            make_ready(&pattern, word, length);
        for (Py_ssize_t i = 0; i < count; i++) {
            if (numbers[i] >= self->named)
                continue;
            const uint32_t *other = word_at(&self->namesakes->block, numbers[i], &others, room);
            double alike = share * self->key + (1.0 - share) * likeness(&pattern, other, others, 0.0);
            if (lead_to(led, numbers[i], alike) < 0)
                goto done;
        }
    }
    if (letters != NULL) {
        Py_ssize_t count = filed(state, self->heard_as, 'k', letters, &numbers);
        done = all_filed(led, numbers, count, self->letters);
        goto done;
    }
    Sound read;
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    done = 0;
    if (length >= 5 && PyUnicode_IS_ASCII(text) && length <= MOST_LETTERS) {
        read.length = (size_t)length;
        memcpy(read.letters, PyUnicode_1BYTE_DATA(text), read.length);
        char first = read.letters[0];
        /* dialects write z for th and dh (lines.dialect_line) */
        int with_z = 0, with_zh = 0, dental = 0;
        for (size_t i = 0; i < read.length; i++) {
            char here = read.letters[i], next = i + 1 < read.length ? read.letters[i + 1] : 0;
            with_z |= here == 'z';
            with_zh |= here == 'z' && next == 'h';
            dental |= (here == 't' || here == 'd') && next == 'h';
        }
        with_z = with_z && !with_zh;
        letter_key(&read);
        if (read.length >= 4) {
            size_t sounds = read.length;
            if (sounds == 4)
                read.letters[read.length++] = first;
            Py_ssize_t count = filed_sound(state, self->heard_as, 'k', &read, &numbers);
            done = all_filed(led, numbers, count, self->letters);
            if ((with_z || dental) && !done) {
                for (size_t i = 0; with_z && i < sounds; i++)
                    if (read.letters[i] == 's')
                        read.letters[i] = 't';
                count = filed_sound(state, self->heard_as, 'z', &read, &numbers);
                done = all_filed(led, numbers, count, self->letters);
            }
        }
    }
done:
    Py_XDECREF(sound);
    Py_XDECREF(name);
    return done;
}

static int
by_row(const void *one, const void *two)
{
    const Class *a = one, *b = two;
    if (a->alike != b->alike)
        return a->alike < b->alike ? 1 : -1;
    return a->number < b->number ? -1 : a->number > b->number;
}

/* Best first. */
static void
in_order(Class *classes, size_t count)
{
    if (count > 32) {
        qsort(classes, count, sizeof(Class), by_row);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        Class one = classes[i];
        size_t at = i;
        for (; at > 0 && by_row(&classes[at - 1], &one) > 0; at--)
            classes[at] = classes[at - 1];
        classes[at] = one;
    }
}

/* Lexicon._boned_like: rows of other scripts with the same consonants, the most promising ones. */
static int
boned_like(Ear *self, const State *state, PyObject *token, int loose, PyObject *wanted, PyObject *lines, Numbers *rows)
{
    Numbers options = {NULL, 0, 0}; /* rows, doubled, and one more where they have the same consonants */
    Led near = {NULL, 0, 0};
    const uint32_t *numbers = NULL;
    int done = -1;
    if (lines != NULL) {
        int own = loose; /* up to an empty line they are its own */
        for (Py_ssize_t i = 0; i < PyList_GET_SIZE(lines); i++) {
            PyObject *line = PyList_GET_ITEM(lines, i);
            own = own && !(PyUnicode_Check(line) && PyUnicode_GET_LENGTH(line) == 0);
            uint64_t hash = (uint64_t)PyObject_Hash(line);
            if (hash == (uint64_t)-1 && PyErr_Occurred())
                goto done;
            Py_ssize_t count = look(self->bones, place_of(self->bones, hash), &numbers);
            for (Py_ssize_t k = 0; k < count; k++)
                if (push(&options, (uint64_t)numbers[k] << 1 | (uint64_t)own) < 0)
                    goto done;
        }
    }
    else {
        Sound fine, bones;
        int read = read_sound(token, state->attributes[TEXT], &fine);
        if (read > 0)
            read = read_sound(token, state->attributes[SKELETON], &bones);
        if (read <= 0) {
            if (!read)
                PyErr_SetString(PyExc_ValueError, "a word that is not ASCII needs its lines");
            goto done;
        }
        consonants(&fine);
        Py_ssize_t count = filed_sound(state, self->bones, 'L', &fine, &numbers);
        for (Py_ssize_t k = 0; k < count; k++)
            if (push(&options, (uint64_t)numbers[k] << 1) < 0)
                goto done;
        if (count >= 0 && bones.length >= 3) {
            count = filed_sound(state, self->bones, 'l', &bones, &numbers);
            for (Py_ssize_t k = 0; k < count; k++)
                if (push(&options, (uint64_t)numbers[k] << 1) < 0)
                    goto done;
        }
        if (count < 0)
            goto done;
    }
    if (options.size) {
        uint32_t word[LONGEST], room[LONGEST];
        size_t length, others;
        Pattern pattern;
        if (sort(&options) < 0 || read_word(wanted, word, &length) < 0)
            goto done;
        make_ready(&pattern, word, length);
        for (size_t i = 0; i < options.size; i++) {
            size_t row = options.at[i] >> 1;
            /* of the same row the last one counts */
            if ((i + 1 < options.size && row == options.at[i + 1] >> 1) || row >= self->spoken->block.words)
                continue;
            const double roughly = options.at[i] & 1 ? self->more_roughly : self->roughly;
            const uint32_t *other = word_at(&self->spoken->block, row, &others, room);
            double alike = likeness(&pattern, other, others, roughly);
            if (alike >= roughly && lead_to(&near, row, alike) < 0)
                goto done;
        }
        size_t most = (size_t)(loose ? self->far : self->near), sure = 0;
        for (size_t i = 0; i < near.size; i++)
            sure += near.at[i].alike >= self->roughly;
        if (most > sure + (size_t)self->more)
            most = sure + (size_t)self->more;
        if (near.size > most) {
            in_order(near.at, near.size);
            near.size = most;
        }
        for (size_t i = 0; i < near.size; i++)
            if (push(rows, near.at[i].number) < 0)
                goto done;
    }
    done = 0;
done:
    free(options.at);
    free(near.at);
    return done;
}

/* Puts the classes of rows, each compared as the score compares them, into ``led``. */
static int
look_closely(Ear *self, const State *state, PyObject *token, Numbers *rows, Led *led)
{
    Side a = {.source = NULL};
    PyObject *kind = PyObject_GetAttr(token, state->attributes[KIND]);
    if (kind == NULL)
        return -1;
    int content = PyLong_Check(kind) && PyLong_AsLong(kind) == 0, done = -1;
    Py_DECREF(kind);
    if (read_script(state, token, &a.script) < 0)
        return -1;
    int read = content && a.script != OTHER ? read_side(state, token, &a) : 0;
    if (read < 0 || sort(rows) < 0)
        goto done;
    for (size_t i = 0; i < rows->size; i++) {
        size_t row = rows->at[i];
        if (i && row == rows->at[i - 1])
            continue;
        PyObject *other = PyList_GET_ITEM(self->rows, (Py_ssize_t)row);
        double alike = -1.0;
        Side b = {.source = NULL, .script = (Script)self->scripts[row]};
        /* of one script, they are compared otherwise */
        if (read > 0 && b.script != OTHER && is_loose(a.script) + is_loose(b.script) > 0
            && !(a.script == b.script && is_loose(a.script))) {
            int other_read = read_side(state, other, &b);
            if (other_read > 0)
                alike = sides_alike(&a, &b);
            Py_XDECREF(b.source);
            if (other_read < 0)
                goto done;
        }
        if (alike < -0.9) {
            PyObject *told = PyObject_CallFunctionObjArgs(self->closely, token, other, NULL);
            if (told == NULL)
                goto done;
            alike = PyFloat_AsDouble(told);
            Py_DECREF(told);
            if (PyErr_Occurred())
                goto done;
        }
        if (alike >= self->loosely && lead_to(led, self->spellings->classes[row], alike) < 0)
            goto done;
    }
    done = 0;
done:
    Py_XDECREF(a.source);
    return done;
}

/* Of each class the best, and of those the first. */
static PyObject *
heard_of(Ear *self, const State *state, Led *led)
{
    size_t kept = 0;
    for (size_t i = 0; i < led->size; i++) {
        Class one = led->at[i];
        if (one.number >= self->named || !(one.alike > 0.0))
            continue;
        double *best = &self->best[one.number];
        if (*best == 0.0)
            led->at[kept++].number = one.number;
        if (one.alike > *best)
            *best = one.alike;
    }
    for (size_t i = 0; i < kept; i++) {
        double *best = &self->best[led->at[i].number];
        led->at[i].alike = *best;
        *best = 0.0;
    }
    in_order(led->at, kept);
    if (kept > (size_t)self->classes)
        kept = (size_t)self->classes;
    return (PyObject *)new_heard(state->heard, led->at, kept, self->surely, (size_t)self->sure);
}

static PyObject *
Ear_also(Ear *self, PyObject *args)
{
    const State *state = state_of(self);
    PyObject *known, *heads, *head, *heard = NULL;
    const uint32_t *numbers = NULL;
    Led led = {NULL, 0, 0};
    if (!PyArg_ParseTuple(args, "O!O!", state->heard, &known, &PyFrozenSet_Type, &heads))
        return NULL;
    const Heard *before = (Heard *)known;
    for (Py_ssize_t i = 0; i < Py_SIZE(before); i++)
        if (lead_to(&led, before->classes[i].number, before->classes[i].alike) < 0)
            goto done;
    PyObject *each = PyObject_GetIter(heads);
    while (each != NULL && (head = PyIter_Next(each)) != NULL) {
        Py_ssize_t count = filed(state, self->heard_as, 'n', head, &numbers);
        Py_DECREF(head);
        if (all_filed(&led, numbers, count, self->nick) < 0)
            break;
    }
    Py_XDECREF(each);
    if (!PyErr_Occurred())
        heard = heard_of(self, state, &led);
done:
    free(led.at);
    return heard;
}

/* lexicon._in_two_letters: 2 for kh, 1 for ch and sh */
static int
in_two_letters(PyObject *text)
{
    const int kind = PyUnicode_KIND(text);
    const void *data = PyUnicode_DATA(text);
    int found = 0;
    for (Py_ssize_t i = 1; i < PyUnicode_GET_LENGTH(text); i++)
        if (PyUnicode_READ(kind, data, i) == 'h') {
            Py_UCS4 before = PyUnicode_READ(kind, data, i - 1);
            if (before == 'k')
                return 2;
            found |= before == 'c' || before == 's';
        }
    return found;
}

static PyObject *
Ear_hear(Ear *self, PyObject *args)
{
    const State *state = state_of(self);
    PyObject *token, *lines, *letters, *wanted, *heard = NULL;
    struct hearing hearing = {.loose = 0, .most = 1.0};
    if (!PyArg_ParseTuple(args, "OpOOU", &token, &hearing.loose, &lines, &letters, &wanted))
        return NULL;
    lines = lines == Py_None ? NULL : lines;
    letters = letters == Py_None ? NULL : letters;
    PyObject *text = PyObject_GetAttr(token, state->attributes[TEXT]);
    PyObject *folded = text == NULL ? NULL : PyObject_GetAttr(token, state->attributes[FOLD]);
    Led *led = &hearing.led;
    if (folded == NULL)
        goto done;
    if (!PyUnicode_Check(text) || !PyUnicode_Check(folded) || (lines && !PyList_Check(lines))
        || (letters && !PyUnicode_Check(letters))) {
        PyErr_SetString(PyExc_TypeError, "a word with its spelling and its fold");
        goto done;
    }
    if (near_words(self->spellings, text, self->swapped, row_met, &hearing) < 0)
        goto done;
    if (!hearing.loose && sounded_like(self, state, token, text, folded, letters, led) < 0)
        goto done;
    const int two_letters = hearing.loose || PyUnicode_GET_LENGTH(folded) < self->folded ? 0 : in_two_letters(text);
    if (two_letters) {
        int known = 0;
        for (size_t i = 0; i < led->size; i++)
            known = known || led->at[i].alike >= self->key;
        hearing.most = self->fold;
        if ((two_letters > 1 || !known) && near_words(self->spellings, folded, self->swapped, row_met, &hearing) < 0)
            goto done;
    }
    if (boned_like(self, state, token, hearing.loose, wanted, lines, &hearing.rows) < 0
        || look_closely(self, state, token, &hearing.rows, led) < 0)
        goto done;
    heard = heard_of(self, state, led);
done:
    free(led->at);
    free(hearing.rows.at);
    Py_XDECREF(text);
    Py_XDECREF(folded);
    return heard;
}

static PyMethodDef Ear_methods[] = {
    {"hear", (PyCFunction)Ear_hear, METH_VARARGS,
     "hear(token, loose, lines, letters, wanted): Lexicon._similar of a word. For one that is not plain ASCII, or whose script\n"
     "is loose, the lines it is filed under in the bones, and the end of its line of letters, are made by the caller."},
    {"also", (PyCFunction)Ear_also, METH_VARARGS,
     "also(heard, names): the same, and the classes that have one of these names (Lexicon._with_nick)."},
    {NULL},
};

static PyType_Slot Ear_slots[] = {
    {Py_tp_doc, (void *)EAR_DOC},
    {Py_tp_init, Ear_init},
    {Py_tp_dealloc, Ear_dealloc},
    {Py_tp_methods, Ear_methods},
    {0, NULL},
};

static PyType_Spec Ear_spec = {"sekisho.names._quick.Ear", sizeof(Ear), 0, Py_TPFLAGS_DEFAULT, Ear_slots};

/* -- Finder: names that have words of a query --------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    File *pairs, *alone, *letters, *whole;
    Texts *texts[3]; /* the names without spaces: joined, all their letters, as kana writes them */
    Py_buffer company; /* rows of COMPANY_WORDS, the Segment's own */
    size_t classes;
    uint8_t *initialled;
    size_t records;
    double *weights; /* of each record */
    uint8_t *persons;
    double *best, *met, *full, *theirs; /* 0 between two calls */
} Finder;

typedef struct {
    double alike;
    int word;
    uint32_t count;
    const uint32_t *numbers; /* in a file of the Finder */
} Hit;

typedef struct {
    PyObject_HEAD
    PyObject *finder;
    Hit *at;
    size_t size, room;
} Hits;

static const char HITS_DOC[] = "What a Finder has found: how alike, which word of the query, and records with such a word.";

static void
Hits_dealloc(Hits *self)
{
    free(self->at);
    Py_XDECREF(self->finder);
    PyTypeObject *type = Py_TYPE(self);
    type->tp_free((PyObject *)self);
    Py_DECREF(type);
}

static Py_ssize_t
Hits_length(Hits *self)
{
    return (Py_ssize_t)self->size;
}

static PyType_Slot Hits_slots[] = {
    {Py_tp_doc, (void *)HITS_DOC},
    {Py_tp_dealloc, Hits_dealloc},
    {Py_sq_length, Hits_length},
    {0, NULL},
};

static PyType_Spec Hits_spec = {
    "sekisho.names._quick.Hits", sizeof(Hits), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, Hits_slots,
};

static Hits *
new_hits(const State *state, Finder *finder, const Hits *like)
{
    Hits *hits = (Hits *)state->hits->tp_alloc(state->hits, 0);
    if (hits == NULL)
        return NULL;
    hits->finder = Py_NewRef((PyObject *)finder);
    if (like != NULL && like->size) {
        hits->at = malloc(like->size * sizeof(Hit));
        if (hits->at == NULL) {
            Py_DECREF(hits);
            PyErr_NoMemory();
            return NULL;
        }
        memcpy(hits->at, like->at, like->size * sizeof(Hit));
        hits->size = hits->room = like->size;
    }
    return hits;
}

static int
hit(Hits *hits, double alike, int word, const uint32_t *numbers, Py_ssize_t count)
{
    if (hits->size == hits->room) {
        size_t room = hits->room ? hits->room * 2 : 8;
        Hit *grown = realloc(hits->at, room * sizeof(Hit));
        if (grown == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        hits->at = grown;
        hits->room = room;
    }
    hits->at[hits->size++] = (Hit){alike, word, (uint32_t)count, numbers};
    return 0;
}

static const char FINDER_DOC[] =
    "Finder(pairs, alone, letters, whole, joined, all_letters, written, company, initialled, weights, persons): the files of a\n"
    "Segment and its names without spaces, of each class its row of company (128 bytes) and whether it stands beside an\n"
    "initial, of each record its weight (a double) and whether it is a person's.";

static int
Finder_init(Finder *self, PyObject *args, PyObject *kwargs)
{
    const State *state = state_of(self);
    PyObject *pairs, *alone, *letters, *file, *texts[3];
    Py_buffer views[4];
    if (self->weights != NULL) {
        PyErr_SetString(PyExc_RuntimeError, "a Finder is made once");
        return -1;
    }
    if (!PyArg_ParseTuple(args, "O!O!O!O!O!O!O!y*y*y*y*", state->file, &pairs, state->file, &alone, state->file, &letters,
                          state->file, &file, state->texts, &texts[0], state->texts, &texts[1], state->texts, &texts[2],
                          &views[0], &views[1], &views[2], &views[3]))
        return -1;
    size_t records = (size_t)views[3].len, classes = (size_t)views[1].len;
    int done = -1;
    if ((size_t)views[2].len != records * sizeof(double) || (size_t)views[0].len != classes * COMPANY_WORDS * 8)
        PyErr_SetString(PyExc_ValueError, "one row of company each class, one weight and one kind each record");
    else {
        /* what is filed must be a record: it is not looked at again */
        const File *files[4] = {(File *)pairs, (File *)alone, (File *)letters, (File *)file};
        int whole = 1;
        for (int i = 0; i < 3; i++)
            whole = whole && ((Texts *)texts[i])->block.words == records;
        for (int i = 0; i < 4; i++) {
            const uint32_t *numbers = files[i]->numbers.buf;
            for (size_t k = 0; whole && k < (size_t)files[i]->numbers.len / 4; k++)
                whole = numbers[k] < records;
        }
        self->records = records;
        self->classes = classes;
        self->initialled = malloc(classes + 1);
        self->weights = malloc((records + 1) * sizeof(double));
        self->persons = malloc(records + 1);
        self->best = calloc(records + 1, sizeof(double));
        self->met = calloc(records + 1, sizeof(double));
        self->full = calloc(records + 1, sizeof(double));
        self->theirs = calloc(records + 1, sizeof(double));
        if (!self->initialled || !self->weights || !self->persons || !self->best || !self->met
            || !self->full || !self->theirs)
            PyErr_NoMemory();
        else if (!whole)
            PyErr_SetString(PyExc_ValueError, "a file names a record that is not there");
        else {
            self->company = views[0];
            memcpy(self->initialled, views[1].buf, classes);
            memcpy(self->weights, views[2].buf, records * sizeof(double));
            memcpy(self->persons, views[3].buf, records);
            self->pairs = (File *)Py_NewRef(pairs);
            self->alone = (File *)Py_NewRef(alone);
            self->letters = (File *)Py_NewRef(letters);
            self->whole = (File *)Py_NewRef(file);
            for (int i = 0; i < 3; i++)
                self->texts[i] = (Texts *)Py_NewRef(texts[i]);
            done = 0;
        }
    }
    for (int i = done < 0 ? 0 : 1; i < 4; i++)
        PyBuffer_Release(&views[i]);
    return done;
}

static void
Finder_dealloc(Finder *self)
{
    if (self->company.obj != NULL)
        PyBuffer_Release(&self->company);
    free(self->initialled);
    free(self->weights);
    free(self->persons);
    free(self->best);
    free(self->met);
    free(self->full);
    free(self->theirs);
    Py_XDECREF(self->pairs);
    Py_XDECREF(self->alone);
    Py_XDECREF(self->letters);
    Py_XDECREF(self->whole);
    for (int i = 0; i < 3; i++)
        Py_XDECREF(self->texts[i]);
    PyTypeObject *type = Py_TYPE(self);
    type->tp_free((PyObject *)self);
    Py_DECREF(type);
}

/* Checks that there are so many words, each Heard, and gives how many; -1 where not. */
static Py_ssize_t
words_of(const State *state, PyObject *heard)
{
    Py_ssize_t words = PyList_GET_SIZE(heard);
    if (words > MOST_WORDS) {
        PyErr_Format(PyExc_ValueError, "%zd words are more than %d", words, MOST_WORDS);
        return -1;
    }
    for (Py_ssize_t i = 0; i < words; i++)
        if (!Py_IS_TYPE(PyList_GET_ITEM(heard, i), state->heard)) {
            PyErr_SetString(PyExc_TypeError, "each word must be Heard");
            return -1;
        }
    return words;
}

static int
read_doubles(PyObject *list, Py_ssize_t count, double *into)
{
    if (PyList_GET_SIZE(list) != count) {
        PyErr_SetString(PyExc_ValueError, "one weight each word");
        return -1;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        into[i] = PyFloat_AsDouble(PyList_GET_ITEM(list, i));
        if (!(into[i] > 0.0)) {
            if (!PyErr_Occurred())
                PyErr_SetString(PyExc_ValueError, "a word weighs something");
            return -1;
        }
    }
    return 0;
}

static int
find_pairs(const Finder *self, Heard **heard, const double *weights, const int *owns, Py_ssize_t words, double room,
           double both, Hits *hits)
{
    uint64_t masks[MOST_WORDS][COMPANY_WORDS];
    int own = 0;
    memset(masks, 0, (size_t)words * sizeof *masks);
    for (Py_ssize_t i = 0; i < words; i++) {
        own += owns[i];
        for (Py_ssize_t k = 0; k < Py_SIZE(heard[i]); k++) {
            uint32_t number = heard[i]->classes[k].number;
            masks[i][number >> 6 & (COMPANY_WORDS - 1)] |= UINT64_C(1) << (number & 63);
        }
    }
    for (Py_ssize_t i = 0; i < words; i++) {
        const Heard *one = heard[i];
        for (Py_ssize_t j = i + 1; Py_SIZE(one) && j < words; j++) {
            const Heard *two = heard[j];
            if (!Py_SIZE(two) || !(owns[i] || own <= 1 || owns[j]))
                continue;
            for (Py_ssize_t k = 0; k < Py_SIZE(one); k++) {
                uint32_t a = one->classes[k].number;
                if (a >= self->classes)
                    continue;
                const uint64_t *beside = (const uint64_t *)self->company.buf + (size_t)a * COMPANY_WORDS;
                uint64_t any = 0;
                for (int bit = 0; bit < COMPANY_WORDS; bit++)
                    any |= beside[bit] & masks[j][bit];
                if (!any)
                    continue;
                double alike = one->classes[k].alike, left = room - weights[i] * (1.0 - alike);
                if (left < 0.0)
                    break;
                double least = both - alike, other_least = 1.0 - left / weights[j];
                if (other_least > least)
                    least = other_least;
                for (Py_ssize_t l = 0; l < Py_SIZE(two) && two->classes[l].alike >= least; l++) {
                    uint32_t b = two->classes[l].number;
                    if (!(beside[b >> 6 & (COMPANY_WORDS - 1)] >> (b & 63) & 1))
                        continue;
                    const uint32_t *numbers = NULL;
                    uint64_t key = a < b ? (uint64_t)a << 24 | b : (uint64_t)b << 24 | a;
                    Py_ssize_t count = look(self->pairs, place_of(self->pairs, key), &numbers);
                    if (count && (hit(hits, alike, (int)i, numbers, count) < 0
                                  || hit(hits, two->classes[l].alike, (int)j, numbers, count) < 0))
                        return -1;
                }
            }
        }
    }
    return 0;
}

static PyObject *
Finder_words(Finder *self, PyObject *args)
{
    const State *state = state_of(self);
    PyObject *heard_list, *weight_list, *own_list;
    double total, room, both, alone, weights[MOST_WORDS];
    Heard *heard[MOST_WORDS];
    int owns[MOST_WORDS];
    if (!PyArg_ParseTuple(args, "O!O!O!dddd", &PyList_Type, &heard_list, &PyList_Type, &weight_list, &PyList_Type,
                          &own_list, &total, &room, &both, &alone))
        return NULL;
    Py_ssize_t words = words_of(state, heard_list);
    if (words < 0 || read_doubles(weight_list, words, weights) < 0)
        return NULL;
    if (PyList_GET_SIZE(own_list) != words) {
        PyErr_SetString(PyExc_ValueError, "one kind each word");
        return NULL;
    }
    for (Py_ssize_t i = 0; i < words; i++) {
        heard[i] = (Heard *)PyList_GET_ITEM(heard_list, i);
        owns[i] = PyList_GET_ITEM(own_list, i) == Py_True;
    }
    Hits *hits = new_hits(state, self, NULL);
    if (hits == NULL)
        return NULL;
    int done = find_pairs(self, heard, weights, owns, words, room, both, hits);
    for (Py_ssize_t i = 0; done == 0 && i < words; i++) {
        if (!(total - weights[i] <= alone * weights[i]))
            continue;
        for (Py_ssize_t k = 0; done == 0 && k < Py_SIZE(heard[i]); k++) {
            const uint32_t *numbers = NULL;
            Py_ssize_t count = look(self->alone, place_of(self->alone, heard[i]->classes[k].number), &numbers);
            if (count)
                done = hit(hits, heard[i]->classes[k].alike, (int)i, numbers, count);
        }
    }
    if (done < 0)
        Py_CLEAR(hits);
    return (PyObject *)hits;
}

/* The records where a class stands beside a letter, or beside an initial. */
static int
beside_letter(const Finder *self, Hits *hits, Class class, int word, uint64_t letter)
{
    const uint32_t *numbers = NULL;
    Py_ssize_t count = look(self->letters, place_of(self->letters, (uint64_t)class.number << 8 | letter), &numbers);
    if (!count)
        return 0;
    return hit(hits, class.alike, word, numbers, count) < 0 ? -1 : hit(hits, 1.0, LETTER, numbers, count);
}

static PyObject *
Finder_initials(Finder *self, PyObject *args)
{
    const State *state = state_of(self);
    PyObject *known, *heard_list;
    const char *letters, *firsts;
    Py_ssize_t letter_count, first_count;
    if (!PyArg_ParseTuple(args, "O!O!y#y#", state->hits, &known, &PyList_Type, &heard_list, &letters, &letter_count,
                          &firsts, &first_count))
        return NULL;
    Py_ssize_t words = words_of(state, heard_list);
    if (words < 0)
        return NULL;
    if (first_count != words || ((Hits *)known)->finder != (PyObject *)self) {
        PyErr_SetString(PyExc_ValueError, "one first letter each word, and hits of this Finder");
        return NULL;
    }
    Hits *hits = new_hits(state, self, (Hits *)known);
    for (Py_ssize_t i = 0; hits != NULL && i < words; i++) {
        const Heard *heard = (Heard *)PyList_GET_ITEM(heard_list, i);
        for (uint32_t k = 0; hits != NULL && k < heard->sure; k++) {
            Class class = heard->classes[k];
            int bad = 0;
            for (Py_ssize_t j = 0; !bad && class.number < self->classes && self->initialled[class.number] && j < words; j++)
                if (j != i && firsts[j] >= 0) /* 0x80: a word without letters */
                    bad = beside_letter(self, hits, class, (int)i, 0x80 | (uint64_t)firsts[j]) < 0;
            for (Py_ssize_t j = 0; !bad && j < letter_count; j++) {
                uint64_t letter = (uint64_t)letters[j] & 0x7F;
                bad = beside_letter(self, hits, class, (int)i, letter) < 0
                      || beside_letter(self, hits, class, (int)i, 0x80 | letter) < 0;
            }
            if (bad)
                Py_CLEAR(hits);
        }
    }
    return (PyObject *)hits;
}

static int
promise(PyObject *promised, size_t at, long counts, int add)
{
    PyObject *key = PyLong_FromSize_t(at), *known, *value = NULL;
    int done = -1;
    if (key == NULL)
        return -1;
    known = PyDict_GetItemWithError(promised, key);
    if (!PyErr_Occurred()) {
        long before = known == NULL ? 0 : PyLong_AsLong(known);
        if (known != NULL && !add && before >= counts)
            done = 0;
        else if ((value = PyLong_FromLong(add ? before + counts : counts)) != NULL)
            done = PyDict_SetItem(promised, key, value);
    }
    Py_XDECREF(value);
    Py_DECREF(key);
    return done;
}

static PyObject *
Finder_wholes(Finder *self, PyObject *args)
{
    PyObject *given[3], *promised;
    Py_ssize_t end, kana_end, crowd, most;
    double slips, least;
    int step;
    long counts;
    uint32_t word[LONGEST], room[LONGEST];
    size_t length, letters;
    Numbers found = {NULL, 0, 0};
    Led near = {NULL, 0, 0};
    if (!PyArg_ParseTuple(args, "UUUnndindnl", &given[0], &given[1], &given[2], &end, &kana_end, &slips, &step, &crowd,
                          &least, &most, &counts))
        return NULL;
    if ((promised = PyDict_New()) == NULL)
        return NULL;
    for (int i = 0; i < 3; i++) {
        PyObject *text = given[i];
        int known = PyUnicode_GET_LENGTH(text) == 0;
        for (int k = 0; k < i && !known; k++)
            known = text == given[k] || PyUnicode_Compare(text, given[k]) == 0;
        if (known)
            continue;
        const uint32_t *numbers = NULL;
        uint64_t hash = (uint64_t)PyObject_Hash(text);
        Py_ssize_t count = look(self->whole, place_of(self->whole, hash), &numbers);
        for (Py_ssize_t k = 0; k < count; k++)
            if (promise(promised, numbers[k], counts, 1) < 0)
                goto failed;
        if (share_an_end(self->whole, text, PyUnicode_IS_ASCII(text) ? end : kana_end, slips, step, crowd, &found) < 0)
            goto failed;
    }
    if (found.size > 1 && sort(&found) < 0)
        goto failed;
    for (int i = 0; found.size && i < 3; i++) {
        if (!PyUnicode_GET_LENGTH(given[i]))
            continue;
        Pattern pattern;
        if (read_word(given[i], word, &length) < 0)
            goto failed;
        make_ready(&pattern, word, length);
        near.size = 0;
        for (size_t k = 0; k < found.size; k++) {
            size_t row = found.at[k];
            if (k && row == found.at[k - 1])
                continue;
            const uint32_t *other = word_at(&self->texts[i]->block, row, &letters, room);
            double alike = likeness(&pattern, other, letters, least);
            if (alike >= least && lead_to(&near, row, alike) < 0)
                goto failed;
        }
        if (near.size > (size_t)most) {
            in_order(near.at, near.size);
            near.size = (size_t)most;
        }
        for (size_t k = 0; k < near.size; k++)
            if (promise(promised, near.at[k].number, counts, 0) < 0)
                goto failed;
    }
    free(found.at);
    free(near.at);
    return promised;
failed:
    free(found.at);
    free(near.at);
    Py_DECREF(promised);
    return NULL;
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
clear(Finder *self, Numbers *met, Numbers *touched)
{
    for (size_t i = 0; i < met->size; i++)
        self->met[met->at[i]] = self->full[met->at[i]] = self->theirs[met->at[i]] = self->best[met->at[i]] = 0.0;
    for (size_t i = 0; i < touched->size; i++)
        self->best[touched->at[i]] = 0.0;
    met->size = touched->size = 0;
}

static PyObject *
Finder_ranked(Finder *self, PyObject *args)
{
    const State *state = state_of(self);
    PyObject *hits_object, *sure, *weight_list, *same_list, *near_list, *answer = NULL;
    double initial, total, share, conflict, lost, least, weights[MOST_WORDS + 1], same[MOST_WORDS + 1], near[MOST_WORDS + 1];
    int person;
    Py_ssize_t limit;
    if (!PyArg_ParseTuple(args, "O!O!O!O!O!ddpndddd", state->hits, &hits_object, &PyDict_Type, &sure, &PyList_Type,
                          &weight_list, &PyList_Type, &same_list, &PyList_Type, &near_list, &initial, &total, &person,
                          &limit, &share, &conflict, &lost, &least))
        return NULL;
    const Hits *hits = (Hits *)hits_object;
    Py_ssize_t words = PyList_GET_SIZE(weight_list);
    if (hits->finder != (PyObject *)self || words > MOST_WORDS || !(initial > 0.0)) {
        PyErr_SetString(PyExc_ValueError, "hits of this Finder, words, and what an initial weighs");
        return NULL;
    }
    if (PyList_GET_SIZE(same_list) != words || PyList_GET_SIZE(near_list) != words) {
        PyErr_SetString(PyExc_ValueError, "a weight for each word");
        return NULL;
    }
    if (read_doubles(weight_list, words, weights) < 0 || read_doubles(same_list, words, same) < 0
        || read_doubles(near_list, words, near) < 0)
        return NULL;
    for (Py_ssize_t word = words; word < LETTER; word++)
        weights[word] = 0.0;
    weights[LETTER] = initial;
    /* it may stand for a word of theirs, which weighs more */
    same[LETTER] = near[LETTER] = 1.0;
    PyObject *key, *value;
    Py_ssize_t place = 0;
    Numbers met = {NULL, 0, 0}, touched = {NULL, 0, 0};
    Ranked *ranked = NULL;
    size_t kept = 0;
    for (int word = 0; word <= LETTER; word++) {
        for (size_t i = 0; weights[word] > 0.0 && i < hits->size; i++) {
            Hit one = hits->at[i];
            if (one.word != word)
                continue;
            for (uint32_t k = 0; k < one.count; k++) {
                size_t at = one.numbers[k];
                if (self->best[at] == 0.0 && push(&touched, at) < 0)
                    goto done;
                if (one.alike > self->best[at])
                    self->best[at] = one.alike;
            }
        }
        for (size_t i = 0; i < touched.size; i++) {
            size_t at = touched.at[i];
            if (self->full[at] == 0.0 && push(&met, at) < 0)
                goto done;
            self->met[at] += weights[word] * self->best[at];
            self->full[at] += weights[word];
            self->theirs[at] += self->best[at] < 1.0 ? near[word] : same[word];
            self->best[at] = 0.0;
        }
        touched.size = 0;
    }
    ranked = malloc((met.size + (size_t)PyDict_GET_SIZE(sure) + 1) * sizeof(Ranked));
    if (ranked == NULL) {
        PyErr_NoMemory();
        goto done;
    }
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
        double over1 = total - whole, over2 = self->weights[at] - self->theirs[at];
        if (over1 < 0.0)
            over1 = 0.0;
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
        kept = limit < 0 ? 0 : (size_t)limit;
    clear(self, &met, &touched); /* before a list is made: the collector may run other code */
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

static PyMethodDef Finder_methods[] = {
    {"words", (PyCFunction)Finder_words, METH_VARARGS,
     "words(heard, weights, owns, total, room, both, alone): records that have two words of a query, or one that can carry\n"
     "a name (candidates._words)."},
    {"initials", (PyCFunction)Finder_initials, METH_VARARGS,
     "initials(hits, heard, letters, firsts): these hits and those of a family name with an initial\n"
     "(candidates._initials): the query's initials, and the first letter of each word (0x80: none)."},
    {"wholes", (PyCFunction)Finder_wholes, METH_VARARGS,
     "wholes(joined, letters, written, end, kana_end, slips, step, crowd, least, most, counts): records whose name is this one\n"
     "without its spaces, or with a slip, each with how much that counts (candidates._wholes)."},
    {"ranked", (PyCFunction)Finder_ranked, METH_VARARGS,
     "ranked(hits, sure, weights, same, near, initial, total, person, limit, share, conflict, lost, least): records, best first."},
    {NULL},
};

static PyType_Slot Finder_slots[] = {
    {Py_tp_doc, (void *)FINDER_DOC},
    {Py_tp_init, Finder_init},
    {Py_tp_dealloc, Finder_dealloc},
    {Py_tp_methods, Finder_methods},
    {0, NULL},
};

static PyType_Spec Finder_spec = {"sekisho.names._quick.Finder", sizeof(Finder), 0, Py_TPFLAGS_DEFAULT, Finder_slots};

/* -- how a word sounds ---------------------------------------------------------------------------------------------- */

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
static PyObject *sound_heard(PyObject *module, PyObject *word) { return sounded(word, as_heard); }

/* lines.anagram of an ASCII word; None for another. */
static PyObject *
anagram(PyObject *module, PyObject *word)
{
    char letters[64];
    unsigned char counts[128] = {0};
    Py_ssize_t size = 0, length;
    if (!PyUnicode_Check(word) || !PyUnicode_IS_ASCII(word) || (length = PyUnicode_GET_LENGTH(word)) >= (Py_ssize_t)sizeof letters)
        Py_RETURN_NONE;
    const uint8_t *text = PyUnicode_1BYTE_DATA(word);
    for (Py_ssize_t i = 0; i < length; i++)
        counts[text[i]]++;
    letters[size++] = '-';
    for (int letter = 0; size <= length; letter++)
        for (int k = counts[letter]; k > 0; k--)
            letters[size++] = (char)letter;
    return PyUnicode_FromKindAndData(PyUnicode_1BYTE_KIND, letters, size);
}

/* -- the module ------------------------------------------------------------------------------------------------ */

static int
add_types(PyObject *module)
{
    prepare(DIGRAPHS);
    prepare(PAIRS);
    prepare(HEARD);
    prepare(KANA_BACK);
    static const char *const names[ATTRIBUTES] = {"text", "fold", "key", "skeleton", "script", "source", "kind"};
    State *state = PyModule_GetState(module);
    PyTypeObject *unused[2];
    /* the module's dictionary holds the types */
    struct { PyType_Spec *spec; PyTypeObject **type; } types[] = {
        {&File_spec, &state->file}, {&Texts_spec, &state->texts}, {&Spellings_spec, &state->spellings},
        {&Heard_spec, &state->heard}, {&Hits_spec, &state->hits}, {&Ear_spec, &unused[0]}, {&Finder_spec, &unused[1]},
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        PyObject *type = PyType_FromModuleAndSpec(module, types[i].spec, NULL);
        if (type == NULL || PyModule_AddType(module, (PyTypeObject *)type) < 0) {
            Py_XDECREF(type);
            return -1;
        }
        *types[i].type = (PyTypeObject *)type;
        Py_DECREF(type);
    }
    for (int i = 0; i < ATTRIBUTES; i++)
        if ((state->attributes[i] = PyUnicode_InternFromString(names[i])) == NULL)
            return -1;
    for (const char *letter = "fskn'"; *letter; letter++)
        if ((state->prefixes[(int)*letter] = PyUnicode_FromStringAndSize(letter, 1)) == NULL)
            return -1;
    return 0;
}

static void
free_state(void *module)
{
    State *state = PyModule_GetState(module);
    if (state == NULL)
        return;
    for (int i = 0; i < ATTRIBUTES; i++)
        Py_CLEAR(state->attributes[i]);
    for (int i = 0; i < 128; i++)
        Py_CLEAR(state->prefixes[i]);
}

static PyMethodDef methods[] = {
    {"across", across, METH_VARARGS,
     "across(one, two): similar.letters of two words of different scripts, one of which is loose; None for others."},
    {"anagram", anagram, METH_O, "lines.anagram of an ASCII word; None for another."},
    {"fold", sound_fold, METH_O, "sounds.fold of an ASCII word; None for another."},
    {"key", sound_key, METH_O, "sounds.key of an ASCII word; None for another."},
    {"letter_key", sound_letter_key, METH_O, "sounds.letter_key of an ASCII word; None for another."},
    {"consonants", sound_consonants, METH_O, "sounds.consonants of an ASCII word; None for another."},
    {"skeleton", sound_skeleton, METH_O, "sounds.skeleton of an ASCII word; None for another."},
    {"heard", sound_heard, METH_O, "similar.heard of an ASCII word; None for another."},
    {NULL},
};

static PyModuleDef_Slot slots[] = {{Py_mod_exec, add_types}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_quick", "The inner loops of the name index.", sizeof(State), methods, slots,
    NULL, NULL, free_state,
};

PyMODINIT_FUNC
PyInit__quick(void)
{
    return PyModuleDef_Init(&definition);
}
