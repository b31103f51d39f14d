/* config_value.c: the kinds of values that the configuration knows. */
#include "app/config_value.h"

#include "app/report/alerts.h"
#include "app/send/mail.h"
#include "base/clock.h"
#include "base/str.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <strings.h>

static bool is_lang(struct slice text)
{
    size_t part = 0;
    if (text.length < 2 || text.length > 35)
        return false;
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c == '-' || c == '_') {
            if (part == 0)
                return false;
            part = 0;
        } else if (!isalnum(c) || ++part > 8) {
            return false;
        }
    }
    return part > 0 && isalpha((unsigned char)text.ptr[0]);
}

static bool is_plain_text(struct slice text)
{
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.ptr[i] <= ' ' || text.ptr[i] == 0x7F)
            return false;
    return true;
}

/* What stands behind "http://" or "https://"; empty where TEXT is no such address. */
static struct slice behind_scheme(struct slice text)
{
    static const char *const schemes[] = {"http://", "https://"};
    for (size_t i = 0; i < ARRAY_LENGTH(schemes); i++) {
        size_t length = strlen(schemes[i]);
        if (text.length > length && strncasecmp(text.ptr, schemes[i], length) == 0 &&
            is_plain_text(text))
            return (struct slice){text.ptr + length, text.length - length};
    }
    return (struct slice){NULL, 0};
}

static bool is_url(struct slice text)
{
    struct slice rest = behind_scheme(text);
    return rest.length > 0 && *rest.ptr != '/' && !memchr(rest.ptr, '?', rest.length) &&
           !memchr(rest.ptr, '#', rest.length);
}

static bool is_place(struct slice text)
{
    if (text.length > 1 && text.ptr[0] == '/' && text.ptr[1] == '/')
        return false;
    return behind_scheme(text).length > 0 ||
           (is_plain_text(text) && (slice_starts(text, SLICE_LITERAL("/")) ||
                                    slice_starts(text, SLICE_LITERAL("mailto:"))));
}

static bool is_origin(struct slice text)
{
    struct slice host = behind_scheme(text);
    return slice_equal(text, SLICE_LITERAL("*")) ||
           (host.length > 0 && !memchr(host.ptr, '/', host.length));
}

static bool is_host(struct slice text)
{
    return text.length > 0 && is_plain_text(text) && !memchr(text.ptr, '/', text.length);
}

static bool is_network(struct slice text)
{
    char address[64];
    unsigned char bytes[16];
    int64_t bits = 0;
    const char *slash = memchr(text.ptr, '/', text.length);
    size_t length = slash ? (size_t)(slash - text.ptr) : text.length;
    if (length >= sizeof address)
        return false;
    memcpy(address, text.ptr, length);
    address[length] = '\0';
    if (slash && !str_to_int64((struct slice){slash + 1, text.length - length - 1}, &bits))
        return false;
    if (inet_pton(AF_INET, address, bytes) == 1)
        return bits >= 0 && bits <= 32;
    return inet_pton(AF_INET6, address, bytes) == 1 && bits >= 0 && bits <= 128;
}

static bool is_any(struct slice text)
{
    return text.length > 0;
}

static bool is_address(struct slice text)
{
    char copy[CONFIG_HOST_SIZE + 8], host[CONFIG_HOST_SIZE];
    uint16_t port;
    if (text.length >= sizeof copy)
        return false;
    memcpy(copy, text.ptr, text.length);
    copy[text.length] = '\0';
    return config_split_address(copy, host, &port);
}

/* "zendesk.hold=solved": what hook_translate.c makes of a desk's state. */
static bool is_state(struct slice text)
{
    static const char *const known[] = {"open", "pending", "solved", "closed", "merged", "spam"};
    const char *dot = memchr(text.ptr, '.', text.length);
    const char *equals = memrchr(text.ptr, '=', text.length);
    if (!dot || !equals || dot == text.ptr || equals <= dot + 1)
        return false;
    for (size_t i = 0; i < ARRAY_LENGTH(known); i++)
        if (slice_equal(slice_of(known[i]),
                        (struct slice){equals + 1,
                                       (size_t)(text.ptr + text.length - equals - 1)}))
            return true;
    return false;
}

/* "outage=3": a word or phrase and its points. */
static bool is_points(struct slice text)
{
    const char *equals = memrchr(text.ptr, '=', text.length);
    int64_t points;
    return equals && equals > text.ptr &&
           str_to_int64((struct slice){equals + 1, (size_t)(text.ptr + text.length - equals - 1)},
                        &points) &&
           points >= -100 && points <= 100;
}

/* What stands behind "desk="; empty where TEXT is no such thing. */
static struct slice behind_desk(struct slice text)
{
    const char *equals = memchr(text.ptr, '=', text.length);
    return equals && equals > text.ptr && is_plain_text(text)
               ? (struct slice){equals + 1, (size_t)(text.ptr + text.length - equals - 1)}
               : (struct slice){NULL, 0};
}

static bool is_reply_url(struct slice text)
{
    return is_url(behind_desk(text)) && text.ptr[text.length - 1] != '/';
}

static bool is_token(struct slice text)
{
    return behind_desk(text).length > 0;
}

static bool is_forward(struct slice text)
{
    static const struct slice mail = {"mailto:", 7};
    if (slice_starts(text, mail))
        return mail_address_valid((struct slice){text.ptr + mail.length, text.length - mail.length});
    return behind_scheme(text).length > 0;
}

/* Without user and password: they have keys of their own. */
static bool is_mail_server(struct slice text)
{
    static const char *const schemes[] = {"smtp://", "smtps://"};
    for (size_t i = 0; i < ARRAY_LENGTH(schemes); i++)
        if (slice_starts(text, slice_of(schemes[i])))
            return text.length > strlen(schemes[i]) && is_plain_text(text) &&
                   !memchr(text.ptr, '@', text.length);
    return false;
}

static bool is_store(struct slice text)
{
    return slice_equal(text, SLICE_LITERAL("sqlite"));
}

static bool is_level(struct slice text)
{
    return slice_equal(text, SLICE_LITERAL("debug")) || slice_equal(text, SLICE_LITERAL("info")) ||
           slice_equal(text, SLICE_LITERAL("warning")) || slice_equal(text, SLICE_LITERAL("error"));
}

/* Texts and lists of texts: what each must look like. */
static const struct {
    bool (*check)(struct slice text);
    bool is_list;
    const char *allowed;
} texts[] = {
    [CONFIG_TEXT] = {is_any, false, "a text"},
    [CONFIG_LANG] = {is_lang, false, "a language tag such as en or pt-BR"},
    [CONFIG_ADDRESS] = {is_address, false, "ADDRESS:PORT, with a port from 0 to 65535"},
    [CONFIG_URL] = {is_url, false, "an address that starts with http:// or https://, without ? or #"},
    [CONFIG_PLACE] = {is_place, false,
                      "an address (http://, https://, mailto:) or a path that starts with /"},
    [CONFIG_FORWARD] = {is_forward, false,
                        "an address (https://, http://) or mailto:ADDRESS, without further fields"},
    [CONFIG_MAIL_SERVER] = {is_mail_server, false,
                            "smtps://HOST[:PORT] or smtp://HOST[:PORT], without user and password"},
    [CONFIG_MAIL_ADDRESS] = {mail_address_valid, false, "one address such as help@example.com"},
    [CONFIG_STORE] = {is_store, false, "sqlite"},
    [CONFIG_LEVEL] = {is_level, false, "debug, info, warning or error"},
    [CONFIG_ORIGINS] = {is_origin, true,
                        "origins such as https://www.example.com (no path), or *"},
    [CONFIG_LANGS] = {is_lang, true, "language tags such as en, de, pt-BR"},
    [CONFIG_HOSTS] = {is_host, true, "host names such as img.example.com"},
    [CONFIG_NETWORKS] = {is_network, true, "networks such as 10.0.0.0/8 or 2001:db8::/32"},
    [CONFIG_FRAMES] = {is_origin, true, "origins such as https://desk.example.com"},
    [CONFIG_STATES] = {is_state, true,
                       "desk.state=status, such as zendesk.hold=solved (status: open, pending, solved, "
                       "closed, merged, spam)"},
    [CONFIG_ALERTS] = {alerts_kind_valid, true, "digest, spike, edit, flow"},
    [CONFIG_REPLIES] = {is_reply_url, true,
                        "desk=address, such as zendesk=https://example.zendesk.com, without a / at "
                        "the end"},
    [CONFIG_TOKENS] = {is_token, true, "desk=token, such as freshdesk=TOKEN"},
    [CONFIG_POINTS] = {is_points, true, "word=points, such as outage=3 (points: -100 to 100)"},
};

static bool is_texts(enum config_kind kind)
{
    return (size_t)kind < ARRAY_LENGTH(texts);
}

static struct slice without_slash(struct slice text)
{
    while (text.length > 0 && text.ptr[text.length - 1] == '/')
        text.length--;
    return text;
}

static enum status parse_text(const struct config_key *key, struct slice text, char **field)
{
    char *copy = NULL;
    if (key->kind == CONFIG_URL)
        text = without_slash(text);
    if (text.length == 0 && key->fallback)
        return STATUS_UNPROCESSABLE;
    if (text.length > 0 && (!utf8_valid(text) || !texts[key->kind].check(text)))
        return STATUS_UNPROCESSABLE;
    if (text.length > 0 && !(copy = mem_strndup(text.ptr, text.length)))
        return STATUS_OUT_OF_MEMORY;
    mem_free(*field);
    *field = copy;
    return STATUS_OK;
}

static enum status parse_list(const struct config_key *key, struct slice text, char ***field)
{
    _cleanup_strv_ char **list = NULL;
    struct slice item;
    while (slice_split(&text, ',', &item)) {
        item = slice_trim(item);
        if (key->kind == CONFIG_ORIGINS)
            item = without_slash(item);
        if (item.length == 0)
            continue;
        if (!utf8_valid(item) || !texts[key->kind].check(item))
            return STATUS_UNPROCESSABLE;
        if (!strv_append(&list, item))
            return STATUS_OUT_OF_MEMORY;
    }
    strv_free(*field);
    *field = steal_pointer(&list);
    return STATUS_OK;
}

/* "64M" and the like: splits the unit off. */
static struct slice split_unit(struct slice text, int64_t *ret_factor)
{
    static const char units[] = "KMG";
    *ret_factor = 1;
    if (text.length > 1 && toupper((unsigned char)text.ptr[text.length - 1]) == 'B')
        text.length--;
    if (text.length > 1 && text.ptr[text.length - 1] == 'i')
        text.length--;
    for (size_t i = 0; text.length > 1 && i < sizeof units - 1; i++)
        if (toupper((unsigned char)text.ptr[text.length - 1]) == units[i]) {
            *ret_factor = INT64_C(1) << (10 * (i + 1));
            text.length--;
            break;
        }
    return slice_trim(text);
}

static enum status parse_whole(const struct config_key *key, struct slice text, int64_t *field)
{
    int64_t value = 0, factor = 1;
    bool good = true;
    if (text.length == 0 && !key->fallback) {
        *field = -1;
        return STATUS_OK;
    }
    if (key->kind == CONFIG_DURATION)
        good = clock_parse_duration(text, &value);
    else if (key->kind == CONFIG_TIME)
        good = clock_parse_loose(text, &value);
    else if (key->kind == CONFIG_BYTES)
        good = str_to_int64(split_unit(text, &factor), &value);
    else
        good = str_to_int64(text, &value);
    if (!good || (double)value * (double)factor < key->least ||
        (double)value * (double)factor > key->most)
        return STATUS_UNPROCESSABLE;
    *field = value * factor;
    return STATUS_OK;
}

static enum status parse_share(const struct config_key *key, struct slice text, double *field)
{
    double value;
    if (!str_to_double(text, &value) || value < key->least || value > key->most)
        return STATUS_UNPROCESSABLE;
    *field = value;
    return STATUS_OK;
}

enum status config_value_parse(const struct config_key *key, struct slice text,
                               struct config *config)
{
    void *field = (char *)config + key->offset;
    text = slice_trim(text);
    if (is_texts(key->kind))
        return texts[key->kind].is_list ? parse_list(key, text, field)
                                        : parse_text(key, text, field);
    if (key->kind == CONFIG_BOOL)
        return str_to_bool(text, field) ? STATUS_OK : STATUS_UNPROCESSABLE;
    if (key->kind == CONFIG_SHARE)
        return parse_share(key, text, field);
    return parse_whole(key, text, field);
}

void config_value_allowed(const struct config_key *key, char text[CONFIG_ALLOWED_SIZE])
{
    size_t size = CONFIG_ALLOWED_SIZE;
    switch (key->kind) {
    case CONFIG_BOOL:
        (void)snprintf(text, size, "true or false");
        break;
    case CONFIG_SHARE:
        (void)snprintf(text, size, "a number from %g to %g", key->least, key->most);
        break;
    case CONFIG_COUNT:
        (void)snprintf(text, size, "a whole number from %.0f to %.0f", key->least, key->most);
        break;
    case CONFIG_BYTES:
        (void)snprintf(text, size, "bytes such as 64M, from %.0f to %.0f", key->least, key->most);
        break;
    case CONFIG_DURATION:
        (void)snprintf(text, size, "a duration such as 30m, 24h or 90d, from %.0f s to %.0f d",
                       key->least / (double)MS_PER_SECOND, key->most / (double)MS_PER_DAY);
        break;
    case CONFIG_TIME:
        (void)snprintf(text, size, "a date such as 2026-11-22, or a time with it");
        break;
    default:
        (void)snprintf(text, size, "%s", is_texts(key->kind) ? texts[key->kind].allowed : "");
    }
}

void config_value_done(const struct config_key *key, struct config *config)
{
    void *field = (char *)config + key->offset;
    if (!is_texts(key->kind))
        return;
    if (texts[key->kind].is_list)
        strv_freep(field);
    else
        mem_freep(field);
}

bool config_split_address(const char *address, char host[CONFIG_HOST_SIZE], uint16_t *ret_port)
{
    const char *colon = strrchr(address, ':');
    size_t length = colon ? (size_t)(colon - address) : 0;
    int64_t port;
    if (!colon || !str_to_int64(slice_of(colon + 1), &port) || port < 0 || port > 65535)
        return false;
    if (length >= 2 && address[0] == '[' && address[length - 1] == ']') {
        address++;
        length -= 2;
    } else if (memchr(address, ':', length)) {
        return false;
    }
    if (length >= CONFIG_HOST_SIZE || !is_plain_text((struct slice){address, length}))
        return false;
    (void)snprintf(host, CONFIG_HOST_SIZE, "%.*s", (int)length, address);
    *ret_port = (uint16_t)port;
    return true;
}
