/* insights_words.c: figures in plain words. */
#include "http/pages/insights_words.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"

#include <math.h>

enum { LONGEST_TEXT = 4096 };

static double number(const json_t *rate, const char *field)
{
    return json_number_value(json_object_get(rate, field));
}

char *insights_percent(const json_t *rate)
{
    if (!json_is_object(rate))
        return mem_strdup("–");
    return mem_printf("%.0f\u202f%%", 100 * number(rate, "value"));
}

char *insights_bounds(const json_t *rate)
{
    if (!json_is_object(rate))
        return mem_strdup("–");
    return mem_printf("%.0f–%.0f\u202f%%", 100 * number(rate, "low"), 100 * number(rate, "high"));
}

char *insights_range(const json_t *texts, const json_t *rate, json_int_t count)
{
    _cleanup_free_ char *range = NULL;
    json_t *values;
    char *text;
    if (!json_is_object(rate))
        return NULL;
    range = insights_bounds(rate);
    values = json_pack("{s:s?, s:I}", "range", range, "count", count);
    text = insights_fill(texts, "range", values);
    json_decref(values);
    return text;
}

char *insights_change(json_int_t now, json_int_t before)
{
    double percent;
    if (before <= 0)
        return NULL;
    percent = round(100 * ((double)now - (double)before) / (double)before);
    return mem_printf("%s%.0f\u202f%%", percent < 0 ? "\u2212" : "+", fabs(percent));
}

char *insights_signed(double value)
{
    return mem_printf("%s%.1f", value < 0 ? "\u2212" : "+", fabs(value));
}

static void add_value(struct buf *out, const json_t *value)
{
    if (json_is_string(value))
        buf_add_str(out, json_string_value(value));
    else if (json_is_integer(value))
        buf_printf(out, "%lld", (long long)json_integer_value(value));
    else if (json_is_real(value))
        buf_printf(out, "%.0f", fabs(round(json_real_value(value))));
}

char *insights_fill(const json_t *texts, const char *name, const json_t *values)
{
    _cleanup_buf_ struct buf out = BUF_INIT(LONGEST_TEXT);
    const char *text = json_string_value(json_object_get(texts, name));
    while (text && *text) {
        size_t plain = strcspn(text, "{"), length;
        buf_add(&out, text, plain);
        text += plain;
        if (!*text)
            break;
        length = strcspn(++text, "}");
        add_value(&out, json_object_getn(values, text, length));
        text += length + (text[length] == '}');
    }
    return buf_take(&out);
}
