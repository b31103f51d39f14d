/* fuzz_csv.c: any bytes as comma-separated values. The first byte chooses the separator.
 *
 * What must hold: reading comes to an end, and records that are written are read again as they were. */
#include "base/csv.h"
#include "base/str.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* A formula is disarmed when written, and a lone empty field is an empty line, which is none. */
static bool is_special(char **record)
{
    bool formula = false;
    for (char **field = record; *field; field++)
        formula = formula || (**field && strchr("=+-@\t\r", **field));
    return formula || (!**record && !record[1]);
}

static void check_round_trip(char **record)
{
    _cleanup_buf_ struct buf out = BUF_INIT(16 * 1024 * 1024);
    _cleanup_strv_ char **again = NULL;
    struct slice rest;
    size_t line = 0;
    if (is_special(record))
        return;
    for (char **field = record; *field; field++) {
        if (field != record)
            buf_add_char(&out, ',');
        csv_add(&out, slice_of(*field));
    }
    rest = slice_of(buf_str(&out));
    require(csv_next(&rest, ',', &line, &again, NULL) == STATUS_OK);
    require(strv_length(again) == strv_length(record));
    for (size_t i = 0; record[i]; i++)
        require(str_equal(record[i], again[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char separators[] = {',', ';', '\t'};
    struct slice rest = {(const char *)data + 1, size - 1};
    _cleanup_strv_ char **record = NULL;
    size_t line = 0, left;
    if (size < 2)
        return 0;
    do {
        left = rest.length;
        if (csv_next(&rest, separators[data[0] % sizeof separators], &line, &record, NULL))
            return 0;
        require(!record || rest.length < left);
        if (record)
            check_round_trip(record);
    } while (record);
    require(rest.length == 0);
    return 0;
}
