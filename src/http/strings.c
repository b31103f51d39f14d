/* strings.c: the words of the pages in each language. */
#include "http/strings.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/str.h"
#include "http/embedded.h"

enum { LONGEST_FILE = 256 * 1024, LONGEST_TEXT = 4096 };

struct strings {
    json_t *languages; /* tag → texts */
};

static enum status add_replacements(json_t *texts, const char *articles, const char *lang, struct error *err)
{
    _cleanup_free_ char *path = mem_printf("%s/_deflect/strings/%s.json", articles, lang), *bytes = NULL;
    _cleanup_json_ json_t *changes = NULL;
    size_t length;
    enum status status;
    if (!path)
        return error_memory(err);
    status = file_read(path, LONGEST_FILE, &bytes, &length, err);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (status == STATUS_OK)
        status = json_read((struct slice){bytes, length}, &changes, err);
    if (status == STATUS_OK && !json_is_object(changes))
        status = error_set(err, STATUS_INVALID, "not a JSON object of texts");
    if (status != STATUS_OK)
        return error_wrap(err, status, "%s", path);
    return json_object_update_recursive(texts, changes) < 0 ? error_memory(err) : STATUS_OK;
}

static enum status add_language(struct strings *strings, const struct embedded_file *file, const char *articles,
                                struct error *err)
{
    struct slice name = slice_of(file->name + strlen("strings/"));
    _cleanup_free_ char *lang = mem_strndup(name.ptr, name.length - strlen(".json"));
    json_t *texts = NULL;
    enum status status =
        lang ? json_read((struct slice){(const char *)file->bytes, file->length}, &texts, err) : error_memory(err);
    if (status != STATUS_OK)
        return status;
    if (json_object_set_new(strings->languages, lang, texts) < 0)
        return error_memory(err);
    return articles ? add_replacements(texts, articles, lang, err) : STATUS_OK;
}

/* What a language lacks is said in English. */
static enum status fill_gaps(struct strings *strings, struct error *err)
{
    _cleanup_json_ json_t *english = json_incref(json_object_get(strings->languages, "en"));
    for (void *each = json_object_iter(strings->languages); each;
         each = json_object_iter_next(strings->languages, each)) {
        _cleanup_json_ json_t *whole = json_deep_copy(english);
        if (!whole || json_object_update_recursive(whole, json_object_iter_value(each)) < 0 ||
            json_object_iter_set(strings->languages, each, whole) < 0)
            return error_memory(err);
    }
    return STATUS_OK;
}

enum status strings_load(const char *articles, struct strings **ret, struct error *err)
{
    struct strings *strings = mem_zero(1, sizeof *strings);
    size_t count;
    const struct embedded_file *files = embedded_all(&count);
    enum status status = STATUS_OK;
    if (!strings || !(strings->languages = json_object())) {
        strings_free(strings);
        return error_memory(err);
    }
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        if (str_starts(files[i].name, "strings/"))
            status = add_language(strings, &files[i], articles, err);
    if (status == STATUS_OK)
        status = fill_gaps(strings, err);
    if (status != STATUS_OK) {
        strings_free(strings);
        return status;
    }
    *ret = strings;
    return STATUS_OK;
}

struct strings *strings_free(struct strings *strings)
{
    if (strings)
        json_decref(strings->languages);
    return mem_free(strings);
}

/* The key of the language that LANG names, with or without its region; NULL when there is none. */
static const char *known_language(const struct strings *strings, const char *lang)
{
    size_t primary = lang ? strcspn(lang, "-_") : 0;
    const char *key;
    json_t *value;
    json_object_foreach (strings->languages, key, value) {
        (void)value;
        if (primary && str_equal_ascii_case(slice_of(key), (struct slice){lang, primary}))
            return key;
    }
    return NULL;
}

const char *strings_language(const struct strings *strings, const char *lang, const char *fallback)
{
    const char *found = known_language(strings, lang);
    if (!found)
        found = known_language(strings, fallback);
    return found ? found : "en";
}

json_t *strings_texts(const struct strings *strings, const char *lang)
{
    return json_object_get(strings->languages, lang);
}

json_t *strings_languages(const struct strings *strings)
{
    return strings->languages;
}

/* TEXT with each "{PLACEHOLDER}" replaced by VALUE. */
static char *fill(const char *text, const char *placeholder, const char *value)
{
    _cleanup_buf_ struct buf out = BUF_INIT(LONGEST_TEXT);
    size_t length = strlen(placeholder);
    for (const char *p = text; *p; p++) {
        if (*p == '{' && strncmp(p + 1, placeholder, length) == 0 && p[1 + length] == '}') {
            buf_add_str(&out, value);
            p += length + 1;
        } else {
            buf_add_char(&out, *p);
        }
    }
    return buf_take(&out);
}

static const json_t *text_at(const json_t *texts, const char *group, const char *name)
{
    return json_object_get(json_object_get(texts, group), name);
}

char *strings_format(const json_t *texts, const char *group, const char *name, const char *placeholder,
                     const char *value)
{
    const char *text = json_string_value(text_at(texts, group, name));
    return fill(text ? text : "", placeholder, value);
}

/* The plural category of COUNT, by the rules of CLDR for the languages that are shipped. */
static const char *plural_category(const char *lang, size_t count)
{
    bool zero_is_one = str_starts(lang, "fr") || str_starts(lang, "pt");
    if (str_starts(lang, "ja"))
        return "other";
    return count == 1 || (zero_is_one && count == 0) ? "one" : "other";
}

char *strings_plural(const json_t *texts, const char *lang, const char *group, const char *name, size_t count)
{
    const json_t *forms = text_at(texts, group, name);
    const char *text = json_string_value(json_object_get(forms, plural_category(lang, count)));
    char digits[24];
    if (!text)
        text = json_string_value(json_object_get(forms, "other"));
    (void)snprintf(digits, sizeof digits, "%zu", count);
    return fill(text ? text : "", "count", digits);
}

char *strings_date(const json_t *texts, int64_t time_ms)
{
    char day[CLOCK_TEXT_SIZE], number[4] = {0};
    const char *pattern = json_string_value(json_object_get(texts, "date"));
    const char *month;
    _cleanup_free_ char *with_day = NULL, *with_month = NULL;
    int64_t month_number, day_number;
    clock_format_day(time_ms, day); /* YYYY-MM-DD */
    if (!pattern || strlen(day) != 10 || !str_to_int64((struct slice){day + 5, 2}, &month_number) ||
        !str_to_int64((struct slice){day + 8, 2}, &day_number))
        return mem_strdup(day);
    month = json_string_value(json_array_get(json_object_get(texts, "months"), (size_t)month_number - 1));
    (void)snprintf(number, sizeof number, "%d", (int)day_number);
    with_day = fill(pattern, "day", number);
    with_month = with_day ? fill(with_day, "month", month ? month : "") : NULL;
    day[4] = '\0';
    return with_month ? fill(with_month, "year", day) : NULL;
}
