/* sender.c: libcurl, with what all calls have in common: limits, TLS, errors in words. */
#include <config.h>

#include "app/send/sender.h"

#include "base/limits.h"
#include "base/str.h"

#include <curl/curl.h>

enum { CONNECT_TIMEOUT_MS = 10000 };

DEFINE_CLEANUP(CURL *, curl_easy_cleanup)
DEFINE_CLEANUP(struct curl_slist *, curl_slist_free_all)
DEFINE_CLEANUP(CURLU *, curl_url_cleanup)

void send_answer_done(struct send_answer *answer)
{
    buf_done(&answer->body);
}

/* A transfer: the handle, and what its callbacks need. */
struct transfer {
    CURL *curl;
    const atomic_bool *stop;
    struct buf *answer;  /* NULL: not wanted */
    struct slice upload; /* what is left to send */
    char problem[CURL_ERROR_SIZE];
};

/* Keeps the beginning and reads over the rest: a long answer is no failure. */
static size_t take_answer(char *bytes, size_t size, size_t count, void *arg)
{
    struct transfer *transfer = arg;
    struct buf *answer = transfer->answer;
    size_t length = size * count;
    if (answer)
        buf_add(answer, bytes,
                length < answer->cap - answer->length ? length : answer->cap - answer->length);
    return length;
}

static size_t give_upload(char *bytes, size_t size, size_t count, void *arg)
{
    struct transfer *transfer = arg;
    size_t room = size * count, length = transfer->upload.length;
    length = length < room ? length : room;
    memcpy(bytes, transfer->upload.ptr, length);
    transfer->upload.ptr += length;
    transfer->upload.length -= length;
    return length;
}

/* libcurl asks about once a second. An endless answer ends here, too. */
static int look_up(void *arg, curl_off_t expected, curl_off_t received, curl_off_t to_send,
                   curl_off_t sent)
{
    const struct transfer *transfer = arg;
    (void)expected, (void)to_send, (void)sent;
    return (transfer->stop && atomic_load(transfer->stop)) || received > LIMIT_SEND_ANSWER_READ;
}

/* Sets what every transfer has. False: memory is short, or libcurl cannot do what it must. */
static bool set_common(struct transfer *transfer, const char *url, const char *protocols,
                       int64_t timeout_ms)
{
    CURL *curl = transfer->curl;
    return curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, transfer->problem) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_URL, url) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, protocols) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_TIMEOUT_MS) ==
               CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS,
                            (long)(timeout_ms ? timeout_ms : SEND_TIMEOUT_MS)) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_answer) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, look_up) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_XFERINFODATA, transfer) == CURLE_OK;
}

static bool set_user(CURL *curl, const char *user, const char *password)
{
    return !user ||
           (curl_easy_setopt(curl, CURLOPT_USERNAME, user) == CURLE_OK &&
            curl_easy_setopt(curl, CURLOPT_PASSWORD, password ? password : "") == CURLE_OK);
}

/* The host of URL, for messages: addresses may hold secrets. Owns: the caller; NULL: it is no
 * address. */
static char *host_of(const char *url)
{
    _cleanup_(curl_url_cleanupp) CURLU *parts = curl_url();
    char *host = NULL, *copy = NULL;
    if (parts && curl_url_set(parts, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
        curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK) {
        copy = mem_strdup(host);
        curl_free(host);
    }
    return copy;
}

static const char *problem_of(const struct transfer *transfer, CURLcode code)
{
    return *transfer->problem ? transfer->problem : curl_easy_strerror(code);
}

/* What a failure without an answer means. */
static enum status explain(const struct transfer *transfer, CURLcode code, const char *host,
                           struct error *err)
{
    const char *problem = problem_of(transfer, code);
    switch (code) {
    case CURLE_OUT_OF_MEMORY:
        return error_memory(err);
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return error_set(err, STATUS_UNPROCESSABLE, "%s: %s", host, problem);
    case CURLE_LOGIN_DENIED:
        return error_set(err, STATUS_DENIED, "%s refuses user and password: %s", host, problem);
    default:
        return error_set(err, STATUS_UNAVAILABLE, "%s: %s", host, problem);
    }
}

/* ---- HTTP ---- */

/* Appends "NAME: VALUE" without control characters. False: memory is short. */
static bool add_header(struct curl_slist **list, const char *name, const char *value)
{
    _cleanup_buf_ struct buf line = BUF_INIT(LIMIT_HTTP_BODY);
    struct curl_slist *grown;
    buf_printf(&line, "%s: ", name);
    for (const char *p = value; *p; p++)
        if ((unsigned char)*p >= ' ' && *p != 0x7F)
            buf_add_char(&line, *p);
    grown = line.failed ? NULL : curl_slist_append(*list, line.data);
    if (grown)
        *list = grown;
    return grown;
}

static bool set_call(struct transfer *transfer, const struct send_call *call,
                     struct curl_slist **headers)
{
    CURL *curl = transfer->curl;
    if (!set_common(transfer, call->url, "http,https", call->timeout_ms) ||
        !set_user(curl, call->user, call->password) ||
        !add_header(headers, "Content-Type", "application/json") ||
        !add_header(headers, "Accept", "application/json") ||
        !add_header(headers, "User-Agent", "Deflect/" PACKAGE_VERSION) ||
        !add_header(headers, "Expect", ""))
        return false;
    for (size_t i = 0; i < call->header_count; i++)
        if (!add_header(headers, call->headers[i].name, call->headers[i].value))
            return false;
    return curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body.length) ==
               CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_POSTFIELDS, call->body.length ? call->body.ptr : "") ==
               CURLE_OK &&
           (!call->method ||
            curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, call->method) == CURLE_OK) &&
           curl_easy_setopt(curl, CURLOPT_HTTPHEADER, *headers) == CURLE_OK;
}

static enum status judge_answer(long http_status, const char *host, struct error *err)
{
    enum status status = STATUS_DENIED;
    if (http_status / 100 == 2)
        return STATUS_OK;
    if (http_status / 100 == 5 || http_status == 408 || http_status == 425 || http_status == 429)
        status = STATUS_UNAVAILABLE;
    (void)error_set(err, status, "%s answered %ld", host, http_status);
    if (http_status / 100 == 3)
        error_hint(err, "redirects are not followed: name the address that it leads to");
    return status;
}

enum status send_json(const struct send_call *call, struct send_answer *answer, struct error *err)
{
    _cleanup_(curl_easy_cleanupp) CURL *curl = curl_easy_init();
    _cleanup_(curl_slist_free_allp) struct curl_slist *headers = NULL;
    _cleanup_free_ char *host = host_of(call->url);
    struct transfer transfer = {.curl = curl, .stop = call->stop};
    long http_status = 0;
    CURLcode code;
    if (answer) {
        *answer = (struct send_answer){.body = BUF_INIT(LIMIT_SEND_ANSWER)};
        transfer.answer = &answer->body;
    }
    if (!host)
        return error_set(err, STATUS_UNPROCESSABLE, "\"%.80s\" is no address that can be called",
                         call->url);
    if (!curl || !set_call(&transfer, call, &headers))
        return error_memory(err);
    code = curl_easy_perform(curl);
    (void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &http_status);
    if (answer)
        answer->status = http_status;
    if (code != CURLE_OK)
        return explain(&transfer, code, host, err);
    return judge_answer(http_status, host, err);
}

/* ---- SMTP ---- */

static bool is_this_machine(const char *host)
{
    return strcmp(host, "localhost") == 0 || str_starts(host, "127.") || strcmp(host, "[::1]") == 0;
}

static long encryption(const struct send_mail_server *server, const char *host)
{
    if (is_this_machine(host))
        return CURLUSESSL_NONE; /* a local server's certificate seldom has this name */
    return str_empty(server->password) ? CURLUSESSL_TRY : CURLUSESSL_ALL;
}

static bool set_mail(struct transfer *transfer, const struct send_mail_server *server,
                     const char *host, const struct mail *mail, struct curl_slist **receivers)
{
    CURL *curl = transfer->curl;
    *receivers = curl_slist_append(NULL, mail->to);
    return *receivers && set_common(transfer, server->url, "smtp,smtps", server->timeout_ms) &&
           set_user(curl, server->user, server->password) &&
           curl_easy_setopt(curl, CURLOPT_USE_SSL, encryption(server, host)) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_MAIL_FROM, mail->from) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, *receivers) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)transfer->upload.length) ==
               CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_READFUNCTION, give_upload) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_READDATA, transfer) == CURLE_OK;
}

enum status send_mail(const struct send_mail_server *server, const struct mail *mail,
                      struct error *err)
{
    _cleanup_(curl_easy_cleanupp) CURL *curl = curl_easy_init();
    _cleanup_(curl_slist_free_allp) struct curl_slist *receivers = NULL;
    _cleanup_free_ char *host = host_of(server->url);
    _cleanup_buf_ struct buf message = BUF_INIT(LIMIT_MAIL);
    struct transfer transfer = {.curl = curl, .stop = server->stop};
    long code = 0;
    CURLcode result;
    enum status status = mail_compose(mail, &message, err);
    if (status)
        return status;
    if (!host)
        return error_set(err, STATUS_UNPROCESSABLE, "\"%.80s\" is no mail server", server->url);
    transfer.upload = (struct slice){message.data, message.length};
    if (!curl || !set_mail(&transfer, server, host, mail, &receivers))
        return error_memory(err);
    result = curl_easy_perform(curl);
    if (result == CURLE_OK)
        return STATUS_OK;
    (void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
    if (code / 100 == 5)
        return error_set(err, STATUS_DENIED, "%s answered %ld: %s", host, code,
                         problem_of(&transfer, result));
    return explain(&transfer, result, host, err);
}
