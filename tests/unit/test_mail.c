/* test_mail.c: mail holds what it should, and nothing that a customer wrote becomes a header. */
#include "app/send/mail.h"
#include "app/send/sender.h"
#include "base/clock.h"
#include "base/str.h"
#include "measure/random.h"
#include "unit.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static const struct mail plain = {.id = "m1",
                                  .from = "help@example.com",
                                  .to = "team@example.com",
                                  .subject = "Hello",
                                  .text = {"Hi\n", 3},
                                  .at_ms = INT64_C(1795325760000)};

static char *compose(const struct mail *mail)
{
    _cleanup_buf_ struct buf out = BUF_INIT(1 << 20);
    struct error err;
    char *text;
    assert_int_equal(mail_compose(mail, &out, &err), STATUS_OK);
    text = buf_take(&out);
    assert_non_null(text);
    return text;
}

static void test_writes_a_whole_message(void **state)
{
    _cleanup_free_ char *text = compose(&plain);
    (void)state;
    assert_string_equal(text, "Date: Sun, 22 Nov 2026 05:36:00 +0000\r\n"
                              "From: <help@example.com>\r\n"
                              "To: <team@example.com>\r\n"
                              "Subject: Hello\r\n"
                              "Message-ID: <m1@example.com>\r\n"
                              "MIME-Version: 1.0\r\n"
                              "Content-Type: text/plain; charset=utf-8\r\n"
                              "Content-Transfer-Encoding: base64\r\n\r\n"
                              "SGkNCg==\r\n");
}

static void test_no_field_adds_a_line(void **state)
{
    static const char *const hostile[] = {"Hi\r\nBcc: all@example.com", "Hi\nBcc: all@example.com",
                                          "Hi\rBcc: all@example.com",
                                          "\r\n\r\nBcc: all@example.com"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(hostile); i++) {
        struct mail mail = plain;
        mail.subject = mail.reply_to = mail.id = hostile[i];
        _cleanup_free_ char *text = compose(&mail);
        assert_null(strstr(text, "\nBcc"));
        assert_null(strstr(text, "\rBcc"));
        assert_null(strstr(text, "Reply-To"));
        mail = plain;
        mail.to = hostile[i];
        _cleanup_buf_ struct buf out = BUF_INIT(1 << 20);
        assert_int_equal(mail_compose(&mail, &out, NULL), STATUS_UNPROCESSABLE);
    }
}

static void test_encodes_other_scripts_in_whole_characters(void **state)
{
    struct mail mail = plain;
    mail.subject = "パスワードを再設定する方法を教えてください。よろしくお願いいたします";
    _cleanup_free_ char *text = compose(&mail);
    const char *line = strstr(text, "Subject:");
    (void)state;
    assert_non_null(strstr(text, "Subject: =?UTF-8?B?44OR44K5"));
    for (size_t lines = 0; lines < 3; lines++) {
        size_t length = strcspn(line, "\r");
        assert_true(length <= 78);
        assert_true(lines == 0 || str_starts(line, " =?UTF-8?B?") ||
                    str_starts(line, "Message-ID"));
        line += length + 2;
    }
    mail.subject = "=?UTF-8?B?SGk=?="; /* words that look encoded are the customer's own */
    _cleanup_free_ char *encoded = compose(&mail);
    assert_null(strstr(encoded, "SGk=?="));
}

/* Text of up to 119 bytes, rich in what could end a line or begin a header. */
static void draw(struct random *random, char out[120])
{
    static const char *const pieces[] = {"\r\n",       "\n",       "\r",
                                         "Bcc: a@b.c", ": ",       "=?UTF-8?B?",
                                         "?=",         "\xC3\xBC", "\xF0\x9F\x98\x80",
                                         "\xFF",       "\xC3",     "\t",
                                         " ",          "@",        "<",
                                         ">",          ",",        "x",
                                         ".",          "\x7F"};
    size_t length = 0, count = random_below(random, 24);
    for (size_t i = 0; i < count; i++) {
        const char *piece = pieces[random_below(random, ARRAY_LENGTH(pieces))];
        if (length + strlen(piece) < 120) {
            memcpy(out + length, piece, strlen(piece));
            length += strlen(piece);
        }
    }
    out[length] = '\0';
}

/* Every line ends in CRLF, and each is a known field, the rest of one, or base64. */
static void check_message(const char *text)
{
    static const char *const fields[] = {"Date: ",
                                         "From: <",
                                         "To: <",
                                         "Reply-To: <",
                                         "Subject:",
                                         "Message-ID: <",
                                         "Auto-Submitted: ",
                                         "MIME-Version: ",
                                         "Content-Type: ",
                                         "Content-Transfer-Encoding: ",
                                         " =?UTF-8?B?"};
    bool in_header = true;
    while (*text) {
        size_t length = strcspn(text, "\r\n");
        bool known = !in_header || length == 0;
        assert_memory_equal(text + length, "\r\n", 2);
        for (size_t i = 0; i < ARRAY_LENGTH(fields); i++)
            known |= str_starts(text, fields[i]);
        assert_true(known);
        if (length == 0)
            in_header = false;
        text += length + 2;
    }
    assert_false(in_header);
}

static void test_holds_whatever_is_written(void **state)
{
    struct random random;
    (void)state;
    random_seed(&random, 20261122);
    for (int i = 0; i < 20000; i++) {
        char id[120], to[120], reply_to[120], subject[120], words[120];
        struct mail mail = plain;
        _cleanup_buf_ struct buf out = BUF_INIT(1 << 20);
        draw(&random, id), draw(&random, to), draw(&random, reply_to);
        draw(&random, subject), draw(&random, words);
        mail.id = id;
        mail.to = i % 2 ? to : plain.to;
        mail.reply_to = reply_to;
        mail.subject = subject;
        mail.text = slice_of(words);
        mail.automatic = i % 3 == 0;
        if (mail_compose(&mail, &out, NULL) == STATUS_OK)
            check_message(buf_str(&out));
        else
            assert_ptr_equal(mail.to, to);
    }
}

static void test_knows_addresses(void **state)
{
    static const char *const good[] = {"a@b.example", "ada.l+x@mail.example.com",
                                       "o'neil@example.com"};
    static const char *const bad[] = {
        "",        "a",      "@b.c",          "a@",      "a@b c",     "a b@c.d",
        "<a@b.c>", "a@b.c>", "a@b.c\r\nX: y", "a,b@c.d", "\"a\"@b.c", "a@b@c.d",
        "ä@b.c",   "a@.b",   "a@b."};
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(good); i++)
        assert_true(mail_address_valid(slice_of(good[i])));
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++)
        assert_false(mail_address_valid(slice_of(bad[i])));
    assert_false(mail_address_valid((struct slice){NULL, 0}));
}

/* ---- A server that reads one request and gives one answer ---- */

struct server {
    int listening;
    const char *answer;
    char url[64];
    char request[4096];
    pthread_t thread;
};

static void *answer_once(void *arg)
{
    struct server *server = arg;
    int fd = accept(server->listening, NULL, NULL);
    size_t length = 0;
    while (length < sizeof server->request - 1 && !strstr(server->request, "{}")) {
        ssize_t count = read(fd, server->request + length, sizeof server->request - 1 - length);
        if (count <= 0)
            break;
        length += (size_t)count;
    }
    (void)!write(fd, server->answer, strlen(server->answer));
    (void)close(fd);
    return NULL;
}

static void server_start(struct server *server, const char *answer)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    *server = (struct server){.listening = socket(AF_INET, SOCK_STREAM, 0), .answer = answer};
    assert_int_equal(bind(server->listening, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(server->listening, 1), 0);
    assert_int_equal(getsockname(server->listening, (struct sockaddr *)&address, &size), 0);
    (void)snprintf(server->url, sizeof server->url, "http://127.0.0.1:%d/in?key=s3cret",
                   ntohs(address.sin_port));
    assert_int_equal(pthread_create(&server->thread, NULL, answer_once, server), 0);
}

static void server_stop(struct server *server)
{
    (void)pthread_join(server->thread, NULL);
    (void)close(server->listening);
}

static void test_posts_json_and_tells_what_failed(void **state)
{
    static const struct {
        const char *answer;
        enum status status;
    } cases[] = {
        {"HTTP/1.1 204 No Content\r\n\r\n", STATUS_OK},
        {"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
         STATUS_DENIED},
        {"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", STATUS_DENIED},
        {"HTTP/1.1 429 Slow down\r\nContent-Length: 0\r\n\r\n", STATUS_UNAVAILABLE},
        {"HTTP/1.1 503 Down\r\nContent-Length: 0\r\n\r\n", STATUS_UNAVAILABLE},
        {"", STATUS_UNAVAILABLE},
    };
    const struct send_header header = {"X-Deflect-Delivery", "d1\r\nX-Evil: 1"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct server server;
        struct error err = {0};
        server_start(&server, cases[i].answer);
        const struct send_call call = {
            .url = server.url, .body = SLICE_LITERAL("{}"), .headers = &header, .header_count = 1};
        assert_int_equal(send_json(&call, NULL, &err), cases[i].status);
        server_stop(&server);
        assert_true(str_starts(server.request, "POST /in?key=s3cret HTTP/1.1\r\n"));
        assert_non_null(strstr(server.request, "\r\nX-Deflect-Delivery: d1X-Evil: 1\r\n"));
        assert_null(strstr(err.message, "s3cret"));
    }
}

static void test_keeps_the_answer(void **state)
{
    _cleanup_send_answer_ struct send_answer answer;
    struct server server;
    (void)state;
    server_start(&server, "HTTP/1.1 422 No\r\nContent-Length: 11\r\n\r\n{\"no\":true}");
    const struct send_call call = {.url = server.url, .body = SLICE_LITERAL("{}")};
    assert_int_equal(send_json(&call, &answer, NULL), STATUS_DENIED);
    server_stop(&server);
    assert_int_equal(answer.status, 422);
    assert_string_equal(buf_str(&answer.body), "{\"no\":true}");
}

static void test_speaks_no_other_protocol(void **state)
{
    static const char *const urls[] = {"file:///etc/passwd", "ftp://127.0.0.1/",
                                       "smtp://127.0.0.1/", "nothing"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(urls); i++) {
        const struct send_call call = {.url = urls[i], .body = SLICE_LITERAL("{}")};
        const struct send_mail_server server = {.url = i == 2 ? "http://127.0.0.1/" : urls[i]};
        assert_int_not_equal(send_json(&call, NULL, NULL), STATUS_OK);
        assert_int_not_equal(send_mail(&server, &plain, NULL), STATUS_OK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_writes_a_whole_message),
        cmocka_unit_test(test_no_field_adds_a_line),
        cmocka_unit_test(test_encodes_other_scripts_in_whole_characters),
        cmocka_unit_test(test_holds_whatever_is_written),
        cmocka_unit_test(test_knows_addresses),
        cmocka_unit_test(test_posts_json_and_tells_what_failed),
        cmocka_unit_test(test_keeps_the_answer),
        cmocka_unit_test(test_speaks_no_other_protocol),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
