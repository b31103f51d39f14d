/* ledger.c: entries by a key of kind, day and cell. */
#include "app/report/ledger.h"

#include "base/str.h"
#include "measure/names.h"

#include <string.h>

#define CELL_BYTES 2048
#define SEPARATOR '\x1f'

struct ledger {
    struct names *keys;
    struct ledger_entry *entries; /* by number in keys */
    size_t count, capacity;
};

struct ledger *ledger_new(void)
{
    struct ledger *ledger = mem_zero(1, sizeof *ledger);
    if (ledger && !(ledger->keys = names_new()))
        return ledger_free(ledger);
    return ledger;
}

static void drop_entries(struct ledger *ledger)
{
    for (size_t i = 0; i < ledger->count; i++)
        tallies_done(&ledger->entries[i].tallies);
    ledger->count = 0;
}

struct ledger *ledger_free(struct ledger *ledger)
{
    if (!ledger)
        return NULL;
    drop_entries(ledger);
    names_free(ledger->keys);
    mem_free(ledger->entries);
    return mem_free(ledger);
}

void ledger_clear(struct ledger *ledger)
{
    drop_entries(ledger);
    names_clear(ledger->keys);
}

/* ---- Cells ---- */

void ledger_write_cell(const struct figure *figure, struct buf *out)
{
    buf_add_str(out, figure->lang);
    if (figure->kind == FIGURE_EPISODES)
        buf_printf(out, "%c%d%d%d%d%c%.9g", SEPARATOR, figure->counted, figure->identified,
                   figure->arm, figure->outcome, SEPARATOR, figure->share);
    if (figure->kind == FIGURE_ARTICLE || figure->kind == FIGURE_VIEWS)
        buf_printf(out, "%c%s", SEPARATOR, figure->article);
}

static bool read_episode(struct slice flags, struct slice share, struct figure *figure)
{
    if (flags.length != 4)
        return false;
    for (size_t i = 0; i < flags.length; i++) {
        if (flags.ptr[i] < '0' || flags.ptr[i] > '0' + FIGURE_OPEN)
            return false;
    }
    figure->counted = flags.ptr[0] != '0';
    figure->identified = flags.ptr[1] != '0';
    figure->arm = flags.ptr[2] == '0' ? ARM_SUGGEST : ARM_HOLDOUT;
    figure->outcome = flags.ptr[3] - '0';
    return str_to_double(share, &figure->share);
}

bool ledger_read_cell(struct slice cell, struct buf *texts, struct figure *figure)
{
    struct slice rest = cell, lang, second;
    const bool has_lang = slice_split(&rest, SEPARATOR, &lang);
    buf_truncate(texts, 0);
    if (has_lang)
        buf_add_slice(texts, lang);
    buf_add_char(texts, '\0');
    const size_t article = texts->length;
    if (figure->kind == FIGURE_EPISODES && (!has_lang || !slice_split(&rest, SEPARATOR, &second) ||
                                            !read_episode(second, rest, figure)))
        return false;
    if (figure->kind == FIGURE_ARTICLE || figure->kind == FIGURE_VIEWS)
        buf_add_slice(texts, rest);
    buf_add_char(texts, '\0');
    if (texts->failed)
        return false;
    figure->lang = texts->data;
    figure->article = texts->data + article;
    return true;
}

/* ---- Entries ---- */

static void write_key(int kind, int64_t day, struct slice cell, struct buf *out)
{
    buf_add_char(out, (char)('0' + kind));
    varint_write(day, out);
    buf_add_slice(out, cell);
}

/* The entry with this key, made when missing; NULL when memory is short. */
static struct ledger_entry *entry_of(struct ledger *ledger, int kind, int64_t day,
                                     struct slice cell)
{
    _cleanup_buf_ struct buf key = BUF_INIT(CELL_BYTES);
    size_t number;
    write_key(kind, day, cell, &key);
    if (key.failed ||
        mem_grow(&ledger->entries, &ledger->capacity, ledger->count, sizeof *ledger->entries) < 0 ||
        !names_add(ledger->keys, (struct slice){key.data, key.length}, &number))
        return NULL;
    if (number == ledger->count) {
        const char *kept = names_text(ledger->keys, number) + key.length - cell.length;
        ledger->entries[ledger->count++] = (struct ledger_entry){
            .kind = kind, .day = day, .cell = {kept, cell.length}, .tallies = {.exact = true}};
    }
    return &ledger->entries[number];
}

bool ledger_add(struct ledger *ledger, int kind, int64_t day, struct slice cell,
                const struct tallies *tallies, int64_t factor)
{
    struct ledger_entry *entry = entry_of(ledger, kind, day, cell);
    return entry && tallies_add(&entry->tallies, tallies->counts, tallies->reads,
                                tallies->read_count, factor);
}

bool ledger_add_figure(void *arg, const struct figure *figure)
{
    _cleanup_buf_ struct buf cell = BUF_INIT(CELL_BYTES);
    ledger_write_cell(figure, &cell);
    struct ledger_entry *entry = cell.failed
                                     ? NULL
                                     : entry_of(arg, (int)figure->kind, figure->day,
                                                (struct slice){buf_str(&cell), cell.length});
    return entry &&
           tallies_add(&entry->tallies, figure->counts, figure->reads, figure->read_count, 1);
}

size_t ledger_count(const struct ledger *ledger)
{
    return ledger->count;
}

const struct ledger_entry *ledger_at(const struct ledger *ledger, size_t index)
{
    return &ledger->entries[index];
}

const struct ledger_entry *ledger_find(const struct ledger *ledger, int kind, int64_t day,
                                       struct slice cell)
{
    _cleanup_buf_ struct buf key = BUF_INIT(CELL_BYTES);
    size_t number;
    write_key(kind, day, cell, &key);
    return names_find(ledger->keys, (struct slice){buf_str(&key), key.length}, &number)
               ? &ledger->entries[number]
               : NULL;
}
