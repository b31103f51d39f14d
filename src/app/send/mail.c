/* mail.c: header fields that hold what they should and nothing else; the text as base64. */
#include "app/send/mail.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/str.h"

#include <ctype.h>
#include <time.h>

enum {
    BASE64_LINE = 57,  /* bytes that make 76 characters, RFC 2045 section 6.8 */
    ENCODED_WORD = 42, /* bytes that make an encoded word of at most 75, RFC 2047 section 2 */
};

bool mail_address_valid(struct slice text)
{
    const char *at = memrchr(text.ptr ? text.ptr : "", '@', text.length);
    size_t local = at ? (size_t)(at - text.ptr) : 0;
    if (!at || local == 0 || local > 64 || local + 1 == text.length ||
        text.length > LIMIT_MAIL_ADDRESS || at[1] == '.' || text.ptr[text.length - 1] == '.')
        return false;
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        bool in_domain = i > local;
        if (c <= ' ' || c >= 0x7F || (!in_domain && i != local && strchr("\"(),:;<>@[\\]", c)) ||
            (in_domain && !isalnum(c) && c != '.' && c != '-'))
            return false;
    }
    return true;
}

static void add_base64(const char *bytes, size_t count, struct buf *out)
{
    char text[DIGEST_BASE64_SIZE(BASE64_LINE)];
    digest_base64((const unsigned char *)bytes, count, text);
    buf_add_str(out, text);
}

static bool is_plain_ascii(struct slice text)
{
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.ptr[i] >= 0x7F || (unsigned char)text.ptr[i] < ' ')
            return false;
    return true;
}

/* "Subject: " in one line where it fits, else as encoded words, each whole characters. */
static void add_subject(const char *subject, struct buf *out)
{
    _cleanup_buf_ struct buf clean = BUF_INIT(LIMIT_SUBJECT);
    struct slice rest = slice_of(subject);
    rest.length = utf8_cut(rest, LIMIT_SUBJECT);
    for (size_t i = 0; i < rest.length; i++)
        buf_add_char(&clean,
                     (unsigned char)rest.ptr[i] < ' ' || rest.ptr[i] == 0x7F ? ' ' : rest.ptr[i]);
    out->failed |= clean.failed;
    rest = slice_trim((struct slice){clean.data, clean.length});
    buf_add_str(out, "Subject:");
    if (rest.length <= 66 && is_plain_ascii(rest) &&
        !memmem(rest.ptr ? rest.ptr : "", rest.length, "=?", 2)) {
        buf_add_char(out, ' ');
        buf_add_slice(out, rest);
        rest.length = 0;
    }
    while (rest.length > 0) {
        size_t length = utf8_cut(rest, ENCODED_WORD);
        buf_add_str(out, " =?UTF-8?B?");
        add_base64(rest.ptr, length, out);
        rest = (struct slice){rest.ptr + length, rest.length - length};
        buf_add_str(out, rest.length ? "?=\r\n" : "?=");
    }
    buf_add_str(out, "\r\n");
}

/* "Sun, 22 Nov 2026 05:36:00 +0000", in English whatever the locale. */
static void add_date(int64_t at_ms, struct buf *out)
{
    static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t seconds = (time_t)(at_ms / MS_PER_SECOND);
    struct tm tm;
    if (!gmtime_r(&seconds, &tm))
        return;
    buf_printf(out, "Date: %s, %02d %s %d %02d:%02d:%02d +0000\r\n", days[tm.tm_wday], tm.tm_mday,
               months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

static void add_header(const struct mail *mail, struct buf *out)
{
    const char *domain = strrchr(mail->from, '@') + 1;
    add_date(mail->at_ms, out);
    buf_printf(out, "From: <%s>\r\nTo: <%s>\r\n", mail->from, mail->to);
    if (mail->reply_to && mail_address_valid(slice_of(mail->reply_to)))
        buf_printf(out, "Reply-To: <%s>\r\n", mail->reply_to);
    add_subject(mail->subject, out);
    buf_add_str(out, "Message-ID: <");
    for (const char *p = mail->id; *p; p++)
        if (isalnum((unsigned char)*p) || strchr("._-", *p))
            buf_add_char(out, *p);
    buf_printf(out, "@%s>\r\n", domain);
    if (mail->automatic)
        buf_add_str(out, "Auto-Submitted: auto-generated\r\n");
    buf_add_str(out, "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                     "Content-Transfer-Encoding: base64\r\n\r\n");
}

/* The text with CRLF at every line's end, as base64 of text must have it (RFC 2045 section 6.8). */
static void add_text(struct slice text, struct buf *out)
{
    _cleanup_buf_ struct buf lines = BUF_INIT(2 * text.length + 2);
    for (size_t i = 0; i < text.length; i++) {
        if (text.ptr[i] == '\n' && (i == 0 || text.ptr[i - 1] != '\r'))
            buf_add_char(&lines, '\r');
        buf_add_char(&lines, text.ptr[i]);
    }
    out->failed |= lines.failed;
    for (size_t i = 0; i < lines.length; i += BASE64_LINE) {
        size_t left = lines.length - i;
        add_base64(lines.data + i, left < BASE64_LINE ? left : BASE64_LINE, out);
        buf_add_str(out, "\r\n");
    }
}

enum status mail_compose(const struct mail *mail, struct buf *out, struct error *err)
{
    const char *both[] = {mail->from, mail->to};
    for (size_t i = 0; i < ARRAY_LENGTH(both); i++)
        if (!both[i] || !mail_address_valid(slice_of(both[i])))
            return error_set(err, STATUS_UNPROCESSABLE,
                             "\"%.80s\" is no address that mail can go %s", both[i] ? both[i] : "",
                             i ? "to" : "from");
    add_header(mail, out);
    add_text(mail->text, out);
    return out->failed ? error_memory(err) : STATUS_OK;
}
