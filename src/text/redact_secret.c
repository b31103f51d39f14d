/* redact_secret.c: the words that lead to a secret, and what a secret looks like. */
#include "text/redact_secret.h"

#include "base/mem.h"
#include "base/str.h"

#include <string.h>

#define SECRET_BYTES 128
#define PASSWORD_BYTES 4 /* no secret is shorter */
#define TOKEN_BYTES 8
#define WORDS_BETWEEN 4 /* "the password for my shop account is" */

/* A word that ends with TEXT, behind the word BEFORE where that is named. */
static const struct {
    const char *text, *before;
    bool token;  /* leads to a key rather than to a password */
    bool whole;  /* TEXT is the whole word, not the end of one */
    bool direct; /* the secret follows at once */
    bool colon;  /* … only behind ":" or "=": the word has other uses */
} introducers[] = {
    {"password", NULL, false, false, false, false},
    {"passwd", NULL, false, false, false, false},
    {"passcode", NULL, false, false, false, false},
    {"passphrase", NULL, false, false, false, false},
    {"pwd", NULL, false, true, false, false},
    {"pw", NULL, false, true, false, true},
    {"pass", NULL, false, true, false, true},
    {"pin", NULL, false, true, false, false},
    {"passwort", NULL, false, false, false, false},
    {"kennwort", NULL, false, false, false, false},
    {"contraseña", NULL, false, true, false, false},
    {"contrasena", NULL, false, true, false, false},
    {"clave", NULL, false, true, false, false},
    {"passe", "de", false, true, false, false},
    {"mdp", NULL, false, true, false, false},
    {"senha", NULL, false, true, false, false},
    {"passe", "palavra", false, true, false, false},
    {"parola", NULL, false, true, false, true},
    {"wachtwoord", NULL, false, false, false, false},
    {"パスワード", NULL, false, false, false, false},
    {"暗証番号", NULL, false, false, false, false},
    {"token", NULL, true, false, false, false},
    {"secret", NULL, true, false, false, true},
    {"bearer", NULL, true, true, true, false},
    {"basic", "authorization", true, true, true, false},
    {"apikey", NULL, true, false, false, false},
    {"key", "api", true, true, false, false},
    {"key", "access", true, true, false, false},
    {"key", "secret", true, true, false, false},
    {"key", "private", true, true, false, false},
    {"key", "license", true, true, false, false},
    {"key", "licence", true, true, false, false},
    {"schlüssel", "api", true, true, false, false},
    {"sleutel", "api", true, true, false, false},
    {"api", "clave", true, true, false, false},
    {"api", "clé", true, true, false, false},
    {"api", "d", true, true, false, false},
    {"api", "de", true, true, false, false},
    {"api", "chave", true, true, false, false},
    {"api", "chiave", true, true, false, false},
    {"apiキー", NULL, true, false, false, false},
    {"トークン", NULL, true, false, false, false},
};

static const char *const connectors[] = {
    "is",  "was",   "are", "to", "ist",  "lautet", "war", "auf", "es", "era", "a",
    "est", "était", "é",   "è",  "naar", "são",    "は",  "が",  "を", "に",  "para",
};

/* Between the connector and the secret: "is now", "is set to". */
static const char *const fillers[] = {
    "now",   "still", "set",    "to",      "just",       "currently", "jetzt",
    "noch",  "nun",   "ahora",  "todavía", "maintenant", "toujours",  "agora",
    "ainda", "ora",   "adesso", "ancora",  "nu",         "nog",       "as",
};

static bool is_one_of(struct slice word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (redact_is(word, list[i]))
            return true;
    return false;
}

static bool introduces(struct slice word, const struct redact_context *context, struct secret *ret)
{
    for (size_t i = 0; i < ARRAY_LENGTH(introducers); i++) {
        bool fits = introducers[i].whole ? redact_is(word, introducers[i].text)
                                         : redact_ends(word, introducers[i].text);
        if (fits &&
            (!introducers[i].before || redact_is(context->words[0], introducers[i].before))) {
            *ret = (struct secret){.stage = SECRET_ADJACENT,
                                   .token = introducers[i].token,
                                   .direct = introducers[i].direct,
                                   .colon = introducers[i].colon};
            return true;
        }
    }
    return false;
}

/* Japanese puts no space between word and particle: "パスワードは". */
static struct slice without_particle(struct slice word, bool *ret_found)
{
    static const char *const particles[] = {"は", "が", "を", "に"};
    *ret_found = false;
    for (size_t i = 0; i < ARRAY_LENGTH(particles); i++) {
        size_t length = strlen(particles[i]);
        if (word.length > length && redact_ends(word, particles[i])) {
            *ret_found = true;
            return (struct slice){word.ptr, word.length - length};
        }
    }
    return word;
}

void secret_word(struct secret *secret, struct slice word, const struct redact_context *context)
{
    bool particle;
    struct slice stem = without_particle(word, &particle);
    if (introduces(stem, context, secret)) {
        secret->stage = particle ? SECRET_ARMED : SECRET_ADJACENT;
        return;
    }
    if (secret->stage == SECRET_NONE)
        return;
    secret->words++;
    if (secret->stage == SECRET_ARMED || secret->stage == SECRET_COLON) {
        if (secret->words > 2 || !is_one_of(word, fillers, ARRAY_LENGTH(fillers)))
            secret->stage = SECRET_NONE;
        return;
    }
    secret->stage = SECRET_NAMED;
    if (is_one_of(word, connectors, ARRAY_LENGTH(connectors)) || particle) {
        secret->stage = SECRET_ARMED;
        secret->words = 0;
    } else if (secret->words > WORDS_BETWEEN) {
        secret->stage = SECRET_NONE;
    }
}

void secret_mark(struct secret *secret, uint32_t point)
{
    bool armed = secret->stage == SECRET_ARMED || secret->stage == SECRET_COLON;
    switch (point) {
    case ':':
    case '=':
    case 0xFF1A: /* full-width colon */
    case 0xFF1D: /* full-width equals sign */
        if (secret->stage != SECRET_NONE)
            *secret = (struct secret){.stage = SECRET_COLON, .token = secret->token};
        break;
    case '\n':
        secret->breaks++;
        if (!armed || secret->breaks > 1)
            secret->stage = SECRET_NONE;
        break;
    case '.':
    case ',':
    case ';':
    case '!':
    case '?':
    case 0x3001:
    case 0x3002:
        secret->stage = SECRET_NONE;
        break;
    default:
        break;
    }
}

/* --- what a secret looks like --- */

static size_t quote_length(struct slice text, size_t at, uint32_t *ret_close)
{
    static const uint32_t pairs[][2] = {
        {'"', '"'},       {'\'', '\''},     {'`', '`'},   {0x201C, 0x201D},
        {0x201E, 0x201C}, {0x2018, 0x2019}, {0xAB, 0xBB}, {0x300C, 0x300D},
    };
    size_t next = at;
    uint32_t point = utf8_next(text, &next);
    for (size_t i = 0; i < ARRAY_LENGTH(pairs); i++) {
        if (point == pairs[i][0]) {
            *ret_close = pairs[i][1];
            return next - at;
        }
    }
    return 0;
}

static bool is_closing(uint32_t point)
{
    return point == '"' || point == '\'' || point == '`' || point == ')' || point == ']' ||
           point == '}' || point == '>' || point == '<' || point == '*' || point == '.' ||
           point == ',' || point == ';' || point == ':' || point == '!' || point == '?' ||
           point == 0x201D || point == 0x201C || point == 0x2019 || point == 0xBB;
}

/* Up to white space, an ideograph or the end of the mark-up; without the punctuation behind. */
static struct slice bare_secret(struct slice text, size_t at)
{
    size_t position = at, end = at;
    while (position < text.length && position - at < SECRET_BYTES) {
        uint32_t point = utf8_next(text, &position);
        if (point <= ' ' || point == 0xA0 || redact_is_ideograph(point) || point == '"' ||
            point == '<' || point == 0x3000 || point == 0x3002 || point == 0x3001)
            break;
        if (!is_closing(point))
            end = position;
    }
    return (struct slice){text.ptr + at, end - at};
}

/* What was between the quotes at AT, on the same line. */
static struct slice quoted_secret(struct slice text, size_t at, uint32_t close)
{
    size_t position = at;
    while (position < text.length && position - at < SECRET_BYTES) {
        size_t start = position;
        uint32_t point = utf8_next(text, &position);
        if (point == close)
            return (struct slice){text.ptr + at, start - at};
        if (point == '\n')
            break;
    }
    return (struct slice){text.ptr + at, 0};
}

/* "8-digit", "2FA": a measure, no secret. */
static bool is_measure(struct slice text)
{
    size_t digits = 0, at;
    while (digits < text.length && text.ptr[digits] >= '0' && text.ptr[digits] <= '9')
        digits++;
    at = digits + (digits < text.length && text.ptr[digits] == '-');
    if (digits == 0 || digits > 2 || at == text.length)
        return false;
    while (at < text.length && (unsigned char)(text.ptr[at] | 0x20) >= 'a' &&
           (unsigned char)(text.ptr[at] | 0x20) <= 'z')
        at++;
    return at == text.length;
}

/* With a digit, a sign within, or a capital within: no word of a language looks so. But names in
 * programs do ("getToken()", "user.authToken"), so that a token must have a digit. */
static bool looks_secret(struct slice text, bool token)
{
    bool sign = false, digit = false, capital = false;
    size_t least = token ? TOKEN_BYTES : PASSWORD_BYTES;
    if (text.length < least || is_measure(text))
        return false;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.ptr[i], before = text.ptr[i ? i - 1 : 0];
        digit = digit || (c >= '0' && c <= '9');
        sign = sign || (!token && i + 1 < text.length && strchr("!@#$%^&*+=~?|\\", c) != NULL);
        capital = capital || (c >= 'A' && c <= 'Z' && before >= 'a' && before <= 'z');
    }
    bool name = token || memchr(text.ptr, '.', text.length) || memchr(text.ptr, '(', text.length);
    return digit || sign || (capital && !name);
}

static bool has_letter_and_digit(struct slice text)
{
    bool letter = false, digit = false;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.ptr[i];
        digit = digit || (c >= '0' && c <= '9');
        letter = letter || (redact_is_ascii_word(c) && !(c >= '0' && c <= '9'));
        if (c == '-' || c == '/' || c == '.' || c == ':')
            return false;
    }
    return letter && digit;
}

/* True where nothing else stands on the line from END. */
static bool ends_line(struct slice text, size_t end)
{
    while (end < text.length && (text.ptr[end] == ' ' || text.ptr[end] == '\t' ||
                                 text.ptr[end] == '*' || text.ptr[end] == '\r'))
        end++;
    return end >= text.length || text.ptr[end] == '\n';
}

static bool is_address(struct slice text)
{
    return memmem(text.ptr, text.length, "://", 3) != NULL;
}

/* True where a secret without quotes can begin with POINT. */
static bool can_begin(const struct secret *secret, uint32_t point)
{
    bool sign = point < 0x80 && point > ' ' && strchr("!@#$%^&~+", (int)point) != NULL;
    return redact_is_word(point) || (sign && secret->stage != SECRET_ADJACENT);
}

/* True where TEXT, without quotes, is the secret that was announced; REST_EMPTY: it ends its line.
 */
static bool is_announced(const struct secret *secret, struct slice text, bool rest_empty)
{
    bool token = secret->token;
    if (secret->stage == SECRET_ADJACENT && !secret->direct)
        return has_letter_and_digit(text) && text.length >= (token ? 12U : 6U) &&
               looks_secret(text, token);
    bool alone = secret->stage == SECRET_COLON && !token && text.length >= PASSWORD_BYTES;
    return looks_secret(text, token) || (alone && rest_empty);
}

static size_t quoted_match(struct slice inner, bool token)
{
    bool fits = inner.length >= (token ? TOKEN_BYTES : PASSWORD_BYTES - 1) &&
                !strchr("[<$", inner.ptr[0]) && !memchr(inner.ptr, ' ', inner.length) &&
                !memchr(inner.ptr, '(', inner.length) && !is_address(inner);
    return fits ? inner.length : 0;
}

size_t secret_match(const struct secret *secret, struct slice text, size_t at, size_t *ret_quote,
                    const char **ret_marker)
{
    uint32_t close = 0;
    size_t next = at;
    *ret_marker = secret->token ? "[token]" : "[password]";
    *ret_quote = 0;
    if (secret->stage == SECRET_NONE || secret->stage == SECRET_NAMED ||
        (secret->colon && secret->stage != SECRET_COLON))
        return 0;
    size_t quote = quote_length(text, at, &close);
    if (quote && secret->stage != SECRET_ADJACENT) {
        *ret_quote = quote;
        return quoted_match(quoted_secret(text, at + quote, close), secret->token);
    }
    if (!can_begin(secret, utf8_next(text, &next)))
        return 0;
    struct slice bare = bare_secret(text, at);
    if (bare.length == 0 || is_address(bare))
        return 0;
    return is_announced(secret, bare, ends_line(text, at + bare.length)) ? bare.length : 0;
}
