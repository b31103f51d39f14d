/* redact_number.c: numbers that belong to a person: payment cards, bank accounts, telephones. */
#include "text/redact_match.h"

#include "base/mem.h"
#include "base/str.h"

#include <string.h>

#define MAX_DIGITS 19
#define MAX_GROUPS 10

/* Digits in groups, as people write long numbers: "+49 (0)170 / 123-45". */
struct number {
    char digits[MAX_DIGITS + 1];
    size_t count;
    bool plus, bracket;         /* begins with "+", with "(…)" */
    size_t groups;              /* how many */
    size_t length[MAX_GROUPS];  /* digits in each */
    size_t total[MAX_GROUPS];   /* digits up to and with each */
    size_t end[MAX_GROUPS];     /* bytes from the start up to the end of each */
    char separator[MAX_GROUPS]; /* before each: ' ', '-', '.', '/', ')' */
};

/* The character at *AT, a full-width form as what it is a form of ("０" is '0'), and moves *AT behind it. One that is not
 * ASCII, and the end, is '\0'. */
static char take_char(struct slice text, size_t *at)
{
    uint32_t point = *at < text.length ? redact_narrow(utf8_next(text, at)) : 0;
    return (char)(point < 0x80 ? point : 0);
}

static char char_at(struct slice text, size_t at)
{
    return take_char(text, &at);
}

/* The character before *AT, likewise, and moves *AT to it; a space before the first. */
static char char_before(struct slice text, size_t *at)
{
    if (*at == 0)
        return ' ';
    while (*at > 0 && ((unsigned char)text.ptr[--*at] & 0xC0) == 0x80)
        ;
    return char_at(text, *at);
}

static bool is_digit(struct slice text, size_t at)
{
    char c = char_at(text, at);
    return c >= '0' && c <= '9';
}

static bool is_letter(struct slice text, size_t at)
{
    return redact_is_ascii_word(char_at(text, at)) && !is_digit(text, at);
}

/* The separator at AT, up to four characters, with a digit behind it; *RET says of what kind. */
static size_t separator(struct slice text, size_t at, char *ret)
{
    size_t position = at, parts = 0;
    char kind = ' ';
    while (position < text.length && parts < 4) {
        size_t next = position;
        uint32_t point = redact_narrow(utf8_next(text, &next));
        bool dash = (point >= 0x2010 && point <= 0x2015) || point == 0x2212 || point == 0x30FC; /* "ー" too is typed for one */
        if (dash || point == '-' || point == '.' || point == '/')
            kind = (char)(dash ? '-' : (int)point);
        else if (point == '(' || point == ')')
            kind = ')';
        else if (point != ' ' && point != 0xA0 && point != 0x202F && point != 0x3000)
            break;
        position = next;
        parts++;
    }
    *ret = kind;
    return is_digit(text, position) ? position - at : 0;
}

/* Reads one group; false where it does not fit any more. */
static bool read_group(struct slice text, size_t at, size_t *position, char before,
                       struct number *number)
{
    size_t counted = number->count;
    while (is_digit(text, *position)) {
        if (number->count == MAX_DIGITS)
            return false;
        number->digits[number->count++] = take_char(text, position);
    }
    number->length[number->groups] = number->count - counted;
    number->total[number->groups] = number->count;
    number->end[number->groups] = *position - at;
    number->separator[number->groups] = before;
    number->groups++;
    return true;
}

static void read_number(struct slice text, size_t at, struct number *number)
{
    size_t position = at, gap;
    char before = ' ', first = char_at(text, at);
    *number = (struct number){.plus = first == '+', .bracket = first == '('};
    if (number->plus || number->bracket)
        (void)take_char(text, &position);
    if (number->plus && char_at(text, position) == '(')
        (void)take_char(text, &position);
    if (!is_digit(text, position))
        return;
    while (number->groups < MAX_GROUPS && read_group(text, at, &position, before, number) &&
           (gap = separator(text, position, &before)))
        position += gap;
    if (number->bracket && char_at(text, at + number->end[0]) != ')')
        number->groups = 0;
}

/* True where the number's first GROUPS groups end a word. */
static bool ends_word(struct slice text, size_t at, const struct number *number, size_t groups)
{
    size_t end = at + number->end[groups - 1];
    return !is_digit(text, end) && !is_letter(text, end) && char_at(text, end) != '_';
}

/* --- payment cards --- */

static bool luhn(const char *digits, size_t count)
{
    unsigned sum = 0;
    for (size_t i = 0; i < count; i++) {
        unsigned digit = (unsigned)(digits[count - 1 - i] - '0');
        if (i % 2)
            digit = digit > 4 ? 2 * digit - 9 : 2 * digit;
        sum += digit;
    }
    return sum % 10 == 0;
}

/* The ranges that issuers use; what begins otherwise is some other number. */
static bool issued(const char *digits, size_t count)
{
    int four = (digits[0] - '0') * 1000 + (digits[1] - '0') * 100 + (digits[2] - '0') * 10 +
               (digits[3] - '0');
    int two = four / 100;
    if (two / 10 == 4)
        return count == 13 || count == 16 || count == 19;
    if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720))
        return count == 16;
    if (two == 34 || two == 37)
        return count == 15;
    if (two == 36 || two == 38 || two == 39 || (four >= 3000 && four <= 3059))
        return count == 14;
    if (four >= 3528 && four <= 3589)
        return count >= 16;
    return two == 50 || (two >= 56 && two <= 69);
}

size_t redact_card(struct slice text, size_t at)
{
    struct number number;
    read_number(text, at, &number);
    if (number.plus || number.bracket)
        return 0;
    for (size_t groups = number.groups; groups > 0; groups--) {
        size_t count = number.total[groups - 1];
        bool form = groups == 1 || number.length[0] == 4;
        if (count >= 13 && form && ends_word(text, at, &number, groups) &&
            issued(number.digits, count) && luhn(number.digits, count))
            return number.end[groups - 1];
    }
    return 0;
}

/* --- bank accounts --- */

/* Lengths by country: the IBAN registry (SWIFT, release 97). */
static const char iban_lengths[] =
    "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29ES24"
    "FI18FK18FO18FR27GB22GE22GI23GL18GR27GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32"
    "LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24PL28PS29PT25QA29RO24"
    "RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29VA22VG24XK20YE30";

static char upper(char c)
{
    return (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
}

static size_t iban_length(struct slice text, size_t at)
{
    for (size_t i = 0; i + 3 < sizeof iban_lengths; i += 4)
        if (upper(text.ptr[at]) == iban_lengths[i] &&
            upper(text.ptr[at + 1]) == iban_lengths[i + 1])
            return (size_t)(iban_lengths[i + 2] - '0') * 10 + (size_t)(iban_lengths[i + 3] - '0');
    return 0;
}

/* The remainder by 97 of the number that an account stands for, its first four characters last. */
static unsigned iban_remainder(const char *account, size_t length)
{
    unsigned rest = 0;
    for (size_t i = 0; i < length; i++) {
        char c = upper(account[(i + 4) % length]);
        rest = c >= 'A' ? (rest * 100 + (unsigned)(c - 'A') + 10) % 97
                        : (rest * 10 + (unsigned)(c - '0')) % 97;
    }
    return rest;
}

size_t redact_iban(struct slice text, size_t at)
{
    char account[34];
    size_t position = at, count = 0;
    if (!is_letter(text, at) || !is_letter(text, at + 1) || !is_digit(text, at + 2) ||
        !is_digit(text, at + 3))
        return 0;
    size_t length = iban_length(text, at);
    while (count < length && (is_digit(text, position) || is_letter(text, position))) {
        account[count++] = take_char(text, &position);
        char next = char_at(text, position);
        if (count < length && (next == ' ' || next == '-'))
            position++;
    }
    if (length == 0 || count < length || is_digit(text, position) || is_letter(text, position))
        return 0;
    return iban_remainder(account, count) == 1 ? position - at : 0;
}

/* --- telephones --- */

/* Words before a number that say what it is: these begin a word, or are all of it where they have
 * at most four bytes … */
static const char *const phone_words[] = {
    "tel",   "call",     "cell",    "sms",   "fon",   "fax",      "whatsapp", "phone",
    "telep", "telef",    "télép",   "mobil", "handy", "anruf",    "ruf",      "móvil",
    "llám",  "portable", "celular", "telem", "ligue", "cellular", "mobiel",   "teléf",
};
/* … and these stand anywhere in it, or are all of it likewise. */
static const char *const other_words[] = {
    "order",   "invoice", "ticket", "case",     "ref",     "bestell", "auftrag",  "rechnung",
    "kunden",  "pedido",  "factur", "fatura",   "fattura", "comman",  "ordine",   "encomenda",
    "faktur",  "factuur", "serial", "serie",    "imei",    "isbn",    "version",  "error",
    "fehler",  "erreur",  "errore", "fout",     "code",    "código",  "codice",   "id",
    "track",   "sendung", "build",  "account",  "konto",   "cust",    "client",   "cliente",
    "sku",     "ean",     "art",    "model",    "port",    "ids",     "booking",  "reserv",
    "buchung", "licen",   "lizenz", "contract", "vertrag", "transac", "transakt", "reference",
    "vorgang", "aktenz",  "paket",  "dossier",  "colis",   "suivi",   "expedient", "paquete",
    "pratica", "pacco",   "klant",  "zaaknum",  "pakket",  "chamado", "protocolo",
};
static const char *const phone_words_ja[] = {"電話", "携帯", "でんわ"};
static const char *const other_words_ja[] = {"注文", "請求", "予約", "伝票", "会員", "エラー",
                                             "客様番号", "合わせ番号", "受付番号", "追跡番号"};

static bool any_in(struct slice word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (redact_contains(word, list[i]))
            return true;
    return false;
}

static bool is_phone_word(struct slice word)
{
    for (size_t i = 0; i < ARRAY_LENGTH(phone_words); i++)
        if (strlen(phone_words[i]) <= 4 ? redact_is(word, phone_words[i])
                                        : redact_begins(word, phone_words[i]))
            return true;
    return any_in(word, phone_words_ja, ARRAY_LENGTH(phone_words_ja));
}

static bool is_other_word(struct slice word)
{
    for (size_t i = 0; i < ARRAY_LENGTH(other_words); i++)
        if (strlen(other_words[i]) <= 4 ? redact_is(word, other_words[i])
                                        : redact_contains(word, other_words[i]))
            return true;
    return any_in(word, other_words_ja, ARRAY_LENGTH(other_words_ja));
}

enum said { SAID_NOTHING, SAID_PHONE, SAID_OTHER };

/* The nearest word that tells decides: "order number 0123…" is none, "phone number is 123…" is one.
 */
static enum said said_before(const struct redact_context *context)
{
    for (size_t i = 0; i < REDACT_CONTEXT_WORDS; i++) {
        if (is_phone_word(context->words[i]))
            return SAID_PHONE;
        if (is_other_word(context->words[i]))
            return SAID_OTHER;
    }
    return SAID_NOTHING;
}

static bool is_century(const char *digits)
{
    return (digits[0] == '1' && digits[1] == '9') || (digits[0] == '2' && digits[1] == '0');
}

/* "05.11.2023", "2023-11-05", "05/11/23 …" at the start. */
static bool is_date(const struct number *number)
{
    const size_t *length = number->length;
    if (number->groups < 3 || number->separator[1] != number->separator[2] ||
        number->separator[1] == ' ' || number->separator[1] == ')')
        return false;
    if (length[0] <= 2 && length[1] <= 2 && length[2] == 4)
        return is_century(number->digits + number->total[1]);
    if (length[0] == 4 && length[1] <= 2 && length[2] <= 2)
        return is_century(number->digits);
    return length[0] == 2 && length[1] == 2 && length[2] == 2 && number->groups > 3 &&
           number->separator[3] != number->separator[2];
}

/* The lengths of the number's first groups, one digit each, behind an optional leading 1. */
static bool has_form(const struct number *number, size_t groups, const char *form)
{
    if (strlen(form) != groups)
        return false;
    for (size_t i = 0; i < groups; i++)
        if (number->length[i] != (size_t)(form[i] - '0'))
            return false;
    return true;
}

/* Without "+" or 0 in front only the well-known groupings of a few countries tell a telephone. */
static bool has_local_form(const struct number *number, size_t groups)
{
    char first = number->digits[0];
    if (has_form(number, groups, "334"))
        return first >= '2';
    if (has_form(number, groups, "1334"))
        return first == '1';
    if (has_form(number, groups, "333") || has_form(number, groups, "3222"))
        return (first == '6' || first == '7' || first == '9') && number->separator[1] == ' ';
    if (has_form(number, groups, "37"))
        return first == '3' && number->separator[1] == ' ';
    return has_form(number, groups, "254") && number->digits[2] == '9' &&
           number->separator[2] == '-';
}

/* True where the first GROUPS groups make a telephone number (at most 15 digits: ITU-T E.164). */
static bool is_phone(const struct number *number, size_t groups, enum said said)
{
    size_t count = number->total[groups - 1];
    const char *d = number->digits;
    if (number->plus)
        return count >= 8 && count <= 15 && d[0] != '0';
    bool decimal = groups > 1 && number->length[0] == 1 && number->separator[1] == '.';
    if (is_date(number) || decimal)
        return false;
    if (said == SAID_PHONE)
        return count >= 6 && count <= 15;
    if (said == SAID_OTHER)
        return false;
    if (number->bracket)
        return groups > 1 && number->length[0] >= 2 && number->length[0] <= 5 && count >= 9 &&
               count <= 12;
    if (d[0] == '0' && d[1] == '0')
        return d[2] != '0' && count <= 16 && count >= (groups > 1 ? 10U : 11U);
    if (has_form(number, groups, "54") && number->separator[1] == '-')
        return false; /* a postal code of the United States */
    if (d[0] == '0')
        return count >= (groups > 1 ? 9U : 10U) && count <= (groups > 1 ? 12U : 11U);
    return has_local_form(number, groups);
}

/* A number within a code ("ABC-0170…", "#0170…", "1.0170…", "f(12)…") is no telephone. */
static bool within_code(struct slice text, size_t at)
{
    char before = char_before(text, &at), second = char_before(text, &at);
    bool letter = redact_is_ascii_word(before);
    if (letter || before == '#' || before == '_' || before == '+' || before == '$' ||
        before == '/' || before == '\\')
        return true;
    if (before == '-' || before == ',')
        return redact_is_ascii_word(second);
    return (before == '.' || before == ':') && second >= '0' && second <= '9';
}

/* "05.11.2023 12" of "05.11.2023 12:30", "0123456789" of "0123456789,50": more belongs to it. */
static bool goes_on(struct slice text, size_t end)
{
    char next = take_char(text, &end);
    return next == '%' || ((next == ':' || next == ',') && is_digit(text, end));
}

size_t redact_phone(struct slice text, size_t at, const struct redact_context *context)
{
    struct number number;
    if (within_code(text, at))
        return 0;
    read_number(text, at, &number);
    enum said said = number.plus || number.count < 6 ? SAID_NOTHING : said_before(context);
    for (size_t groups = number.groups; groups > 0; groups--) {
        if (!goes_on(text, at + number.end[groups - 1]) && ends_word(text, at, &number, groups) &&
            is_phone(&number, groups, said))
            return number.end[groups - 1];
    }
    return 0;
}
