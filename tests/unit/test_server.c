/* test_server.c: the HTTP transport, over real sockets, with handlers of its own. */
#include "unit.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/str.h"
#include "http/request.h"
#include "http/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- Handlers ---- */

static struct request *_Atomic waiting; /* by /later, until the test finishes it */

static enum status get_echo(struct request *request, struct error *err)
{
    const char *q = request_param(request, "q");
    return reply_json(request, 200, json_pack("{s:s, s:s*}", "rest", request->rest, "q", q), err);
}

static enum status post_length(struct request *request, struct error *err)
{
    return reply_json(request, 200, json_pack("{s:I}", "length", (json_int_t)request->body.length), err);
}

static enum status post_form(struct request *request, struct error *err)
{
    return reply_json(request, 200, json_pack("{s:s*}", "name", request_form(request, "name")), err);
}

static enum status get_tagged(struct request *request, struct error *err)
{
    enum status status = reply_json(request, 200, json_pack("{s:s}", "answer", "the same"), err);
    reply_etag(request);
    return status;
}

static enum status get_moved(struct request *request, struct error *err)
{
    const char *to = request_param(request, "to");
    return reply_redirect(request, 303, to ? to : "/echo/x", err);
}

static enum status get_page(struct request *request, struct error *err)
{
    _cleanup_buf_ struct buf html = BUF_INIT(1000);
    buf_add_str(&html, request->staff ? "<p>staff</p>" : "<p>visitor</p>");
    return reply_html(request, 200, &html, err);
}

static enum status get_failure(struct request *request, struct error *err)
{
    (void)request;
    return error_set(err, STATUS_IO, "cannot read /var/lib/secret/place");
}

static enum status get_client(struct request *request, struct error *err)
{
    char text[ADDRESS_TEXT_SIZE];
    address_format(&request->client, text);
    return reply_json(request, 200, json_pack("{s:s}", "client", text), err);
}

static enum status post_later(struct request *request, struct error *err)
{
    (void)err;
    request_suspend(request);
    atomic_store(&waiting, request);
    return STATUS_OK;
}

static enum status post_later_refused(struct request *request, struct error *err)
{
    request_suspend(request);
    return error_set(err, STATUS_UNAVAILABLE, "the queue is full");
}

static void fill_accepted(struct request *request, void *arg)
{
    buf_add_str(reply_begin(request, 202, "application/json"), arg);
}

static const struct route table[] = {
    {"GET", "/echo/{rest}", get_echo, "", ROLE_NONE, CORS_PUBLIC, BODY_NONE, 0},
    {"POST", "/length", post_length, "", ROLE_NONE, CORS_ORIGINS, BODY_JSON, 0},
    {"POST", "/large", post_length, "", ROLE_NONE, CORS_ORIGINS, BODY_JSON, ROUTE_LARGE_BODY},
    {"POST", "/text", post_length, "", ROLE_NONE, CORS_ORIGINS, BODY_JSON_OR_TEXT, 0},
    {"POST", "/form", post_form, "", ROLE_NONE, CORS_NONE, BODY_FORM, 0},
    {"GET", "/tagged", get_tagged, "", ROLE_NONE, CORS_NONE, BODY_NONE, 0},
    {"GET", "/moved", get_moved, "", ROLE_NONE, CORS_NONE, BODY_NONE, 0},
    {"GET", "/page", get_page, "", ROLE_NONE, CORS_NONE, BODY_NONE, ROUTE_PAGE},
    {"GET", "/failure", get_failure, "", ROLE_NONE, CORS_NONE, BODY_NONE, 0},
    {"GET", "/client", get_client, "", ROLE_NONE, CORS_NONE, BODY_NONE, ROUTE_UNLIMITED},
    {"GET", "/writers", get_client, "", ROLE_WRITER, CORS_NONE, BODY_NONE, 0},
    {"POST", "/later", post_later, "", ROLE_NONE, CORS_NONE, BODY_NONE, 0},
    {"POST", "/later/refused", post_later_refused, "", ROLE_NONE, CORS_NONE, BODY_NONE, 0},
    {0},
};
static const struct router router = {.routes = table};

/* ---- A server for each test ---- */

struct fixture {
    char folder[64];
    struct config config;
    struct service *service;
    struct http_server *server;
};

static const char *set_for_test[8][2]; /* configuration beyond the defaults */

static void configure(struct config *config, const char *key, const char *value)
{
    struct error err;
    if (config_set(config, key, value, "test", &err))
        fail_msg("%s", err.message);
}

static int start_server(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct http_options options = {.listen = "127.0.0.1:0", .listen_fd = -1, .router = &router};
    char path[100];
    struct error err;
    log_configure(LOG_LEVEL_ERROR, LOG_FORMAT_TEXT);
    (void)snprintf(fixture->folder, sizeof fixture->folder, "/tmp/deflect-test-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    assert_int_equal(config_init(&fixture->config, NULL), STATUS_OK);
    (void)snprintf(path, sizeof path, "%s/data", fixture->folder);
    configure(&fixture->config, "data", path);
    (void)snprintf(path, sizeof path, "%s/articles", fixture->folder);
    assert_int_equal(mkdir(path, 0700), 0);
    configure(&fixture->config, "articles", path);
    for (size_t i = 0; i < 8 && set_for_test[i][0]; i++)
        configure(&fixture->config, set_for_test[i][0], set_for_test[i][1]);
    if (service_open(&fixture->config, SERVICE_COMMAND, &fixture->service, &err) ||
        http_server_start(fixture->service, &options, &fixture->server, &err))
        fail_msg("%s", err.message);
    *state = fixture;
    return 0;
}

static int stop_server(void **state)
{
    struct fixture *fixture = *state;
    char command[100];
    http_server_stop(fixture->server);
    service_close(fixture->service);
    config_done(&fixture->config);
    (void)snprintf(command, sizeof command, "rm -rf %s", fixture->folder);
    assert_int_equal(system(command), 0);
    free(fixture);
    memset(set_for_test, 0, sizeof set_for_test);
    atomic_store(&waiting, NULL);
    return 0;
}

static int start_limited(void **state)
{
    set_for_test[0][0] = "rate_limit", set_for_test[0][1] = "8"; /* burst 2 */
    return start_server(state);
}

static int start_behind_proxy(void **state)
{
    set_for_test[0][0] = "trusted_proxies", set_for_test[0][1] = "127.0.0.1";
    set_for_test[1][0] = "staff_networks", set_for_test[1][1] = "198.51.100.0/24";
    return start_server(state);
}

static int start_with_origin(void **state)
{
    set_for_test[0][0] = "origins", set_for_test[0][1] = "https://shop.example.com";
    return start_server(state);
}

/* ---- A client that sends bytes ---- */

static int new_client(void)
{
    struct timeval patience = {.tv_sec = 20};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return fd;
}

static int connect_to(const struct fixture *fixture)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(http_server_port(fixture->server))};
    int fd = new_client();
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

static void send_bytes(int fd, const char *bytes, size_t length)
{
    while (length) {
        ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);
        if (sent <= 0)
            return; /* the server may close before the end */
        bytes += sent;
        length -= (size_t)sent;
    }
}

static void send_text(int fd, const char *text)
{
    send_bytes(fd, text, strlen(text));
}

/* Reads one answer (its Content-Length, or to the end) as a fresh string; "" where the connection broke off. */
static char *receive(int fd, bool head)
{
    struct buf answer = BUF_INIT(4 * 1024 * 1024);
    const char *end, *length_header;
    size_t wanted = SIZE_MAX;
    char chunk[4096];
    buf_add_str(&answer, "");
    while (answer.length < wanted) {
        ssize_t got = recv(fd, chunk, sizeof chunk, 0);
        if (got <= 0)
            break;
        buf_add(&answer, chunk, (size_t)got);
        end = strstr(answer.data, "\r\n\r\n");
        length_header = end ? strcasestr(answer.data, "\r\nContent-Length: ") : NULL;
        if (end && head)
            break;
        if (length_header && length_header < end)
            wanted = (size_t)(end + 4 - answer.data) + strtoul(length_header + 18, NULL, 10);
        else if (end && strstr(answer.data, " 204 "))
            break;
    }
    return buf_take(&answer);
}

static char *ask(const struct fixture *fixture, const char *request)
{
    int fd = connect_to(fixture);
    char *answer;
    send_text(fd, request);
    answer = receive(fd, str_starts(request, "HEAD "));
    close(fd);
    return answer;
}

static unsigned status_of(const char *answer)
{
    return str_starts(answer, "HTTP/1.1 ") ? (unsigned)strtoul(answer + 9, NULL, 10) : 0;
}

static void assert_has(const char *answer, const char *text)
{
    if (!strcasestr(answer, text))
        fail_msg("no \"%s\" in:\n%s", text, answer);
}

static void assert_lacks(const char *answer, const char *text)
{
    if (strcasestr(answer, text))
        fail_msg("\"%s\" in:\n%s", text, answer);
}

static void expect(const struct fixture *fixture, const char *request, unsigned status, const char *text)
{
    _cleanup_free_ char *answer = ask(fixture, request);
    if (status_of(answer) != status)
        fail_msg("%u wanted for \"%s\", got:\n%s", status, request, answer);
    if (text)
        assert_has(answer, text);
}

#define GET(path) "GET " path " HTTP/1.1\r\nHost: h\r\n\r\n"
#define GET_WITH(path, headers) "GET " path " HTTP/1.1\r\nHost: h\r\n" headers "\r\n"
#define JSON_HEADERS "Host: h\r\nContent-Type: application/json\r\n"

/* ---- Tests ---- */

static void routes_get_decoded_paths_and_parameters(void **state)
{
    expect(*state, GET("/echo/a%2Fb/c?q=x%20y+z"), 200, "{\"rest\":\"a/b/c\",\"q\":\"x y z\"}");
    expect(*state, GET("/echo/%23?q="), 200, "{\"rest\":\"#\"}");
    expect(*state, GET("/echo/%zz"), 400, "application/problem+json");
    expect(*state, GET("/echo/%ff"), 400, "\"status\":400");
    expect(*state, GET("/echo/x?q=%00"), 400, "percent-encoded");
}

static void what_has_no_route_is_told(void **state)
{
    expect(*state, GET("/nothing"), 404, "\"title\":\"Not Found\"");
    expect(*state, "DELETE /length HTTP/1.1\r\nHost: h\r\n\r\n", 405, "Allow: OPTIONS, POST");
    expect(*state, "PUT /echo/x HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab", 405, "Allow: OPTIONS, GET, HEAD");
    expect(*state, "OPTIONS /echo/x HTTP/1.1\r\nHost: h\r\n\r\n", 204, "Allow: OPTIONS, GET, HEAD");
    expect(*state, "BREW /echo/x HTTP/1.1\r\nHost: h\r\n\r\n", 405, NULL);
    expect(*state, "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", 204, NULL);
}

static void head_is_get_without_its_body(void **state)
{
    _cleanup_free_ char *answer = ask(*state, "HEAD /echo/x HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_int_equal(status_of(answer), 200);
    assert_has(answer, "Content-Length: 12\r\n");
    assert_lacks(answer, "rest");
}

static void every_answer_is_safe_and_named(void **state)
{
    static const char *const requests[] = {GET("/echo/x"), GET("/nothing"), GET("/page"), GET("/failure"),
                                           GET("/writers"), GET("/echo/%")};
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        _cleanup_free_ char *answer = ask(*state, requests[i]);
        assert_has(answer, "X-Content-Type-Options: nosniff");
        assert_has(answer, "Referrer-Policy: same-origin");
        assert_has(answer, "Permissions-Policy: ");
        assert_has(answer, "Content-Security-Policy: default-src 'none'");
        assert_has(answer, "frame-ancestors 'none'");
        assert_has(answer, "X-Frame-Options: DENY");
        assert_has(answer, "X-Request-Id: ");
        assert_lacks(answer, "unsafe-");
    }
}

static void failures_of_ours_tell_no_secrets(void **state)
{
    _cleanup_free_ char *answer = NULL;
    log_configure(LOG_LEVEL_ERROR + 1, LOG_FORMAT_TEXT);
    answer = ask(*state, GET("/failure"));
    assert_int_equal(status_of(answer), 503);
    assert_has(answer, "Retry-After: ");
    assert_lacks(answer, "secret");
}

/* POSTs LENGTH bytes of JSON-like text to PATH with Content-Length. */
static char *post(const struct fixture *fixture, const char *path, size_t length)
{
    _cleanup_buf_ struct buf request = BUF_INIT(8 * 1024 * 1024);
    int fd = connect_to(fixture);
    char *answer;
    buf_printf(&request, "POST %s HTTP/1.1\r\n" JSON_HEADERS "Content-Length: %zu\r\n\r\n", path, length);
    for (size_t i = 0; i < length; i++)
        buf_add_char(&request, ' ');
    send_bytes(fd, request.data, request.length);
    answer = receive(fd, false);
    close(fd);
    return answer;
}

static void bodies_have_their_limit(void **state)
{
    static const struct {
        const char *path;
        size_t length;
        unsigned status;
    } cases[] = {
        {"/length", 0, 200},      {"/length", 65536, 200},    {"/length", 65537, 413},     {"/length", 1000000, 413},
        {"/large", 1048576, 200}, {"/large", 1048577, 413},   {"/large", 2000000, 413},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        _cleanup_free_ char *answer = post(*state, cases[i].path, cases[i].length);
        if (status_of(answer) != cases[i].status)
            fail_msg("%zu bytes to %s: %s", cases[i].length, cases[i].path, answer);
    }
}

static void a_huge_body_is_refused_before_it_is_sent(void **state)
{
    expect(*state, "POST /length HTTP/1.1\r\n" JSON_HEADERS "Content-Length: 999999999\r\n\r\n", 413, "64 KiB");
    expect(*state, "POST /length HTTP/1.1\r\n" JSON_HEADERS "Expect: 100-continue\r\nContent-Length: 70000\r\n\r\n",
           413, "64 KiB");
}

static void the_connection_outlives_a_refused_body(void **state)
{
    int fd = connect_to(*state);
    _cleanup_buf_ struct buf request = BUF_INIT(1024 * 1024);
    _cleanup_free_ char *first = NULL, *second = NULL;
    buf_add_str(&request, "POST /length HTTP/1.1\r\n" JSON_HEADERS "Content-Length: 70000\r\n\r\n");
    for (int i = 0; i < 70000; i++)
        buf_add_char(&request, ' ');
    send_bytes(fd, request.data, request.length);
    first = receive(fd, false);
    assert_int_equal(status_of(first), 413);
    send_text(fd, GET("/echo/still-here"));
    second = receive(fd, false);
    assert_has(second, "still-here");
    close(fd);
}

static char *post_chunked(const struct fixture *fixture, size_t length)
{
    static const char head[] = "POST /length HTTP/1.1\r\n" JSON_HEADERS "Transfer-Encoding: chunked\r\n\r\n";
    _cleanup_buf_ struct buf chunk = BUF_INIT(8192);
    int fd = connect_to(fixture);
    char *answer;
    buf_add_str(&chunk, "1000\r\n");
    for (int i = 0; i < 4096; i++)
        buf_add_char(&chunk, ' ');
    buf_add_str(&chunk, "\r\n");
    send_text(fd, head);
    for (size_t sent = 0; sent < length; sent += 4096)
        send_bytes(fd, chunk.data, chunk.length);
    send_text(fd, "0\r\n\r\n");
    answer = receive(fd, false);
    close(fd);
    return answer;
}

static void chunked_bodies_are_refused_at_their_end_or_dropped(void **state)
{
    _cleanup_free_ char *fits = post_chunked(*state, 65536);
    _cleanup_free_ char *refused = post_chunked(*state, 65536 + 4096);
    _cleanup_free_ char *dropped = post_chunked(*state, LIMIT_HTTP_DROP + 1000000);
    assert_int_equal(status_of(fits), 200);
    assert_int_equal(status_of(refused), 413);
    assert_int_equal(status_of(dropped), 0);
}

static void bodies_have_their_type(void **state)
{
    expect(*state, "POST /length HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}", 415,
           "application/json");
    expect(*state, "POST /length HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}", 415, NULL);
    expect(*state,
           "POST /length HTTP/1.1\r\nHost: h\r\nContent-Type: Application/JSON; charset=UTF-8\r\nContent-Length: "
           "2\r\n\r\n{}",
           200, "\"length\":2");
    expect(*state,
           "POST /length HTTP/1.1\r\nHost: h\r\nContent-Type: application/json; charset=latin1\r\nContent-Length: "
           "2\r\n\r\n{}",
           415, NULL);
    expect(*state, "POST /text HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain;charset=UTF-8\r\nContent-Length: 2\r\n\r\n{}",
           200, NULL);
    expect(*state,
           "POST /form HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
           "8\r\n\r\nname=a+b",
           200, "\"name\":\"a b\"");
    expect(*state,
           "POST /form HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
           "7\r\n\r\nname=%f",
           400, NULL);
}

static void two_lengths_are_refused(void **state)
{
    expect(*state,
           "POST /length HTTP/1.1\r\n" JSON_HEADERS "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n"
           "2\r\n{}\r\n0\r\n\r\n",
           400, NULL);
}

static void an_unchanged_answer_is_not_sent_again(void **state)
{
    _cleanup_free_ char *first = ask(*state, GET("/tagged")), *again = NULL;
    char request[200], etag[64] = "";
    assert_int_equal(sscanf(strcasestr(first, "\r\nETag: ") + 8, "%63[^\r]", etag), 1);
    (void)snprintf(request, sizeof request, GET_WITH("/tagged", "If-None-Match: \"x\", W/%s\r\n"), etag);
    again = ask(*state, request);
    assert_int_equal(status_of(again), 304);
    assert_has(again, etag);
    assert_lacks(again, "the same");
    expect(*state, GET_WITH("/tagged", "If-None-Match: \"x\"\r\n"), 200, "the same");
    expect(*state, GET_WITH("/tagged", "If-None-Match: *\r\n"), 304, NULL);
}

static void redirects_stay_on_this_server(void **state)
{
    expect(*state, GET("/moved"), 303, "Location: /echo/x\r\n");
    expect(*state, GET("/moved?to=//evil.example"), 422, NULL);
    expect(*state, GET("/moved?to=https://evil.example"), 422, NULL);
    expect(*state, GET("/moved?to=/%5Cevil.example"), 422, NULL);
    expect(*state, GET("/moved?to=/a%0D%0ASet-Cookie:x"), 422, NULL);
}

static void browsers_of_the_team_are_marked(void **state)
{
    expect(*state, GET("/page"), 200, "visitor");
    expect(*state, GET("/page?staff=1"), 200, "Set-Cookie: deflect_staff=1; Path=/; HttpOnly; SameSite=Lax; Max-Age=");
    expect(*state, GET_WITH("/page", "Cookie: other=2; deflect_staff=1\r\n"), 200, "staff");
    expect(*state, GET_WITH("/page", "Cookie: xdeflect_staff=1\r\n"), 200, "visitor");
    expect(*state, GET("/page?staff=0"), 200, "Max-Age=0");
    expect(*state, GET_WITH("/page", "X-Forwarded-For: 198.51.100.7\r\n"), 200, "staff");
}

static void proxies_that_are_trusted_speak_for_their_clients(void **state)
{
    expect(*state, GET("/client"), 200, "\"127.0.0.1\"");
    expect(*state, GET_WITH("/client", "X-Forwarded-For: 192.0.2.9\r\n"), 200, "\"192.0.2.9\"");
    expect(*state, GET_WITH("/client", "X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: 192.0.2.9\r\n"), 200,
           "\"192.0.2.9\"");
}

static void strangers_cannot_claim_an_address(void **state)
{
    expect(*state, GET_WITH("/client", "X-Forwarded-For: 192.0.2.9\r\n"), 200, "\"127.0.0.1\"");
}

static void tokens_open_what_their_role_allows(void **state)
{
    struct fixture *fixture = *state;
    struct token token;
    char agent[TOKEN_SECRET_SIZE], writer[TOKEN_SECRET_SIZE], request[300];
    struct store *store = service_store(fixture->service);
    assert_int_equal(store_token_create(store, ROLE_AGENT, "a", -1, &token, agent, NULL), STATUS_OK);
    assert_int_equal(store_token_create(store, ROLE_WRITER, "w", -1, &token, writer, NULL), STATUS_OK);
    expect(fixture, GET("/writers"), 401, "WWW-Authenticate: Bearer realm=\"deflect\"\r\n");
    expect(fixture, GET_WITH("/writers", "Authorization: Bearer wrong\r\n"), 401, "error=\"invalid_token\"");
    expect(fixture, GET_WITH("/writers", "Authorization: Basic YTpi\r\n"), 401, NULL);
    (void)snprintf(request, sizeof request, GET_WITH("/writers", "Authorization: Bearer %s\r\n"), agent);
    expect(fixture, request, 403, "role writer");
    (void)snprintf(request, sizeof request, GET_WITH("/writers", "Authorization: bearer %s\r\n"), writer);
    expect(fixture, request, 200, NULL);
    assert_int_equal(store_token_revoke(store, token.id, NULL), STATUS_OK);
    expect(fixture, request, 401, NULL);
}

static void too_many_requests_are_told_when_to_return(void **state)
{
    struct fixture *fixture = *state;
    struct token token;
    char secret[TOKEN_SECRET_SIZE], request[300];
    assert_int_equal(store_token_create(service_store(fixture->service), ROLE_AGENT, "a", -1, &token, secret, NULL),
                     STATUS_OK);
    expect(fixture, GET("/echo/x"), 200, NULL);
    expect(fixture, GET("/nothing"), 404, NULL); /* counts too */
    expect(fixture, GET("/echo/x"), 429, "Retry-After: ");
    expect(fixture, GET("/nothing"), 429, "8 requests a minute");
    expect(fixture, GET("/client"), 200, NULL); /* stands under no limit */
    (void)snprintf(request, sizeof request, GET_WITH("/echo/x", "Authorization: Bearer %s\r\n"), secret);
    expect(fixture, request, 200, NULL);
    expect(fixture, GET_WITH("/echo/x", "Authorization: Bearer wrong\r\n"), 429, NULL);
    expect(fixture, GET_WITH("/echo/x", "X-Forwarded-For: 192.0.2.1\r\n"), 429, NULL);
}

#define PREFLIGHT(path, origin, method)                                                                        \
    "OPTIONS " path " HTTP/1.1\r\nHost: h\r\nOrigin: " origin "\r\nAccess-Control-Request-Method: " method     \
    "\r\n\r\n"

static void other_origins_are_answered_as_configured(void **state)
{
    _cleanup_free_ char *foreign = ask(*state, GET_WITH("/echo/x", "Origin: https://evil.example\r\n"));
    _cleanup_free_ char *listed = ask(*state, GET_WITH("/echo/x", "Origin: https://shop.example.com\r\n"));
    _cleanup_free_ char *missing = ask(*state, GET("/echo/x"));
    _cleanup_free_ char *preflight = ask(*state, PREFLIGHT("/length", "https://shop.example.com", "POST"));
    _cleanup_free_ char *refused = ask(*state, PREFLIGHT("/length", "https://evil.example", "POST"));
    _cleanup_free_ char *closed = ask(*state, PREFLIGHT("/form", "https://shop.example.com", "POST"));
    assert_int_equal(status_of(foreign), 200);
    assert_lacks(foreign, "Access-Control-");
    assert_has(foreign, "Vary: Origin");
    assert_has(listed, "Access-Control-Allow-Origin: https://shop.example.com\r\n");
    assert_has(listed, "Vary: Origin");
    assert_has(missing, "Vary: Origin");
    assert_lacks(missing, "Access-Control-");
    assert_has(preflight, "Access-Control-Allow-Origin: https://shop.example.com\r\n");
    assert_has(preflight, "Access-Control-Allow-Methods: OPTIONS, POST\r\n");
    assert_has(preflight, "Access-Control-Allow-Headers: Content-Type");
    assert_has(preflight, "Access-Control-Max-Age: ");
    assert_lacks(refused, "Access-Control-");
    assert_lacks(closed, "Access-Control-");
}

static void foreign_pages_cannot_post(void **state)
{
    expect(*state,
           "POST /length HTTP/1.1\r\n" JSON_HEADERS "Origin: https://evil.example\r\nContent-Length: 2\r\n\r\n{}", 403,
           "origins");
    expect(*state,
           "POST /length HTTP/1.1\r\n" JSON_HEADERS "Origin: https://shop.example.com\r\nContent-Length: 2\r\n\r\n{}",
           200, "Access-Control-Allow-Origin: https://shop.example.com");
    expect(*state, "POST /length HTTP/1.1\r\n" JSON_HEADERS "Origin: http://h\r\nContent-Length: 2\r\n\r\n{}", 200,
           NULL);
}

static void wait_until_suspended(void)
{
    for (int i = 0; i < 20000 && !atomic_load(&waiting); i++)
        usleep(1000);
    assert_non_null(atomic_load(&waiting));
}

#define POST_LATER "POST /later HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"

static void a_suspended_request_is_answered_by_whoever_finishes_it(void **state)
{
    int fd = connect_to(*state);
    _cleanup_free_ char *answer = NULL;
    send_text(fd, POST_LATER);
    wait_until_suspended();
    expect(*state, GET("/echo/meanwhile"), 200, NULL);
    request_finish(atomic_load(&waiting), fill_accepted, "{\"accepted\":1}");
    answer = receive(fd, false);
    assert_int_equal(status_of(answer), 202);
    assert_has(answer, "{\"accepted\":1}");
    close(fd);
}

static void what_cannot_be_queued_is_answered_at_once(void **state)
{
    expect(*state, "POST /later/refused HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", 503, "Retry-After: ");
}

static void a_client_that_leaves_meanwhile_does_no_harm(void **state)
{
    int fd = connect_to(*state);
    send_text(fd, POST_LATER);
    wait_until_suspended();
    close(fd);
    request_finish(atomic_load(&waiting), fill_accepted, "{\"accepted\":1}");
    expect(*state, GET("/echo/x"), 200, NULL);
}

static void *finish_soon(void *arg)
{
    (void)arg;
    usleep(100000);
    request_finish(atomic_load(&waiting), fill_accepted, "{\"accepted\":1}");
    return NULL;
}

static void stopping_finishes_what_was_accepted(void **state)
{
    struct fixture *fixture = *state;
    int fd = connect_to(fixture), idle = connect_to(fixture);
    _cleanup_free_ char *answer = NULL;
    pthread_t thread;
    send_text(fd, POST_LATER);
    wait_until_suspended();
    assert_int_equal(pthread_create(&thread, NULL, finish_soon, NULL), 0);
    fixture->server = http_server_stop(fixture->server);
    assert_int_equal(pthread_join(thread, NULL), 0);
    answer = receive(fd, false);
    assert_int_equal(status_of(answer), 202);
    assert_has(answer, "Connection: close");
    close(fd);
    close(idle);
}

/* ---- Callers who do not know of stops: their calls wait in the socket's queue for the next server ---- */

enum { CALLERS = 3, STOPS = 100 };

struct callers {
    struct sockaddr_in address;
    pthread_t threads[CALLERS];
    atomic_bool done;
    atomic_uint asked, answered;
};

static void *call_on(void *arg)
{
    struct callers *callers = arg;
    while (!atomic_load(&callers->done)) {
        int fd = new_client();
        _cleanup_free_ char *answer = NULL;
        atomic_fetch_add(&callers->asked, 1);
        if (connect(fd, (struct sockaddr *)&callers->address, sizeof callers->address) == 0) {
            send_text(fd, GET("/echo/x"));
            answer = receive(fd, false);
            atomic_fetch_add(&callers->answered, status_of(answer) == 200);
        }
        close(fd);
    }
    return NULL;
}

static int listen_for(struct callers *callers)
{
    socklen_t length = sizeof callers->address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    callers->address = (struct sockaddr_in){.sin_family = AF_INET};
    callers->address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(fd, (struct sockaddr *)&callers->address, length), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&callers->address, &length), 0);
    assert_int_equal(listen(fd, CALLERS), 0);
    return fd;
}

static void start_on_copy(struct fixture *fixture, int fd)
{
    struct http_options options = {.listen_fd = dup(fd), .router = &router};
    struct error err;
    if (http_server_start(fixture->service, &options, &fixture->server, &err))
        fail_msg("%s", err.message);
}

static void stopping_under_load_loses_no_request(void **state)
{
    struct fixture *fixture = *state;
    struct callers callers = {0};
    int fd = listen_for(&callers);
    http_server_stop(fixture->server);
    for (int i = 0; i < CALLERS; i++)
        assert_int_equal(pthread_create(&callers.threads[i], NULL, call_on, &callers), 0);
    for (int i = 0; i < STOPS; i++) {
        unsigned before = atomic_load(&callers.answered);
        start_on_copy(fixture, fd);
        while (atomic_load(&callers.answered) == before && atomic_load(&callers.asked) <= before + CALLERS)
            usleep(100);
        fixture->server = http_server_stop(fixture->server);
    }
    start_on_copy(fixture, fd);
    atomic_store(&callers.done, true);
    for (int i = 0; i < CALLERS; i++)
        assert_int_equal(pthread_join(callers.threads[i], NULL), 0);
    assert_int_equal(atomic_load(&callers.answered), atomic_load(&callers.asked));
    close(fd);
}

static void stopping_gives_up_what_never_ends(void **state)
{
    struct fixture *fixture = *state;
    int fd = connect_to(fixture);
    _cleanup_free_ char *answer = NULL;
    int64_t before_us = clock_monotonic_us();
    send_text(fd, POST_LATER);
    wait_until_suspended();
    fixture->server = http_server_stop(fixture->server);
    assert_true(clock_monotonic_us() - before_us < 10 * INT64_C(1000000));
    answer = receive(fd, false);
    assert_int_equal(status_of(answer), 503);
    close(fd);
    request_finish(atomic_load(&waiting), fill_accepted, "too late"); /* must not touch what is gone */
}

static void a_port_that_is_taken_is_told(void **state)
{
    struct fixture *fixture = *state;
    struct http_server *second;
    char listen[40];
    struct http_options options = {.listen = listen, .listen_fd = -1, .router = &router};
    struct error err;
    (void)snprintf(listen, sizeof listen, "127.0.0.1:%u", http_server_port(fixture->server));
    assert_int_equal(http_server_start(fixture->service, &options, &second, &err), STATUS_UNAVAILABLE);
    assert_has(err.message, listen);
    assert_has(err.hint, "--listen");
}

static void a_socket_can_be_handed_over(void **state)
{
    struct fixture *fixture = *state;
    struct sockaddr_in address = {.sin_family = AF_INET};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct http_options options = {.listen_fd = fd, .router = &router};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 10), 0);
    http_server_stop(fixture->server);
    assert_int_equal(http_server_start(fixture->service, &options, &fixture->server, NULL), STATUS_OK);
    expect(fixture, GET("/echo/x"), 200, NULL);
}

static void garbage_does_no_harm(void **state)
{
    static const char *const garbage[] = {
        "\r\n\r\n", "GET\r\n\r\n", "GET /echo/x\r\n\r\n", "\x16\x03\x01\x02\x00\x01", "GET / HTTP/9.9\r\n\r\n",
        "POST /length HTTP/1.1\r\n" JSON_HEADERS "Content-Length: -1\r\n\r\n",
        "POST /length HTTP/1.1\r\n" JSON_HEADERS "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        "GET /echo/x HTTP/1.1\r\nHost: h\r\nbroken header\r\n\r\n", "POST /length HTTP/1.1\r\nHost:",
    };
    for (size_t i = 0; i < sizeof garbage / sizeof *garbage; i++) {
        int fd = connect_to(*state);
        send_text(fd, garbage[i]);
        assert_int_equal(shutdown(fd, SHUT_WR), 0);
        mem_free(receive(fd, false));
        close(fd);
    }
    expect(*state, GET("/echo/x"), 200, NULL);
}

/* A byte now and then keeps no place: the whole request has its time. */
static void a_trickling_client_is_let_go(void **state)
{
    struct fixture *fixture = *state;
    struct http_options options = {.listen = "127.0.0.1:0", .listen_fd = -1, .router = &router, .request_s = 1};
    int slow_head, slow_body, waiting_fd;
    http_server_stop(fixture->server);
    assert_int_equal(http_server_start(fixture->service, &options, &fixture->server, NULL), STATUS_OK);
    slow_head = connect_to(fixture);
    slow_body = connect_to(fixture);
    waiting_fd = connect_to(fixture);
    send_text(slow_head, "GET /echo/x HTTP/1.1\r\nX-Slow: ");
    send_text(slow_body, "POST /length HTTP/1.1\r\n" JSON_HEADERS "Content-Length: 60000\r\n\r\n");
    send_text(waiting_fd, POST_LATER);
    for (int i = 0; i < 200 && send(slow_head, "x", 1, MSG_NOSIGNAL) == 1; i++) {
        send_text(slow_body, "x");
        usleep(50000);
    }
    assert_int_equal(send(slow_head, "x", 1, MSG_NOSIGNAL), -1);
    mem_free(receive(slow_body, false)); /* ends */
    /* A client that waits for us has all the time it needs. */
    request_finish(atomic_load(&waiting), fill_accepted, "{\"accepted\":1}");
    _cleanup_free_ char *answer = receive(waiting_fd, false);
    assert_int_equal(status_of(answer), 202);
    close(slow_head);
    close(slow_body);
    close(waiting_fd);
}

#define SERVED(test) cmocka_unit_test_setup_teardown(test, start_server, stop_server)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVED(routes_get_decoded_paths_and_parameters),
        SERVED(what_has_no_route_is_told),
        SERVED(head_is_get_without_its_body),
        SERVED(every_answer_is_safe_and_named),
        SERVED(failures_of_ours_tell_no_secrets),
        SERVED(bodies_have_their_limit),
        SERVED(a_huge_body_is_refused_before_it_is_sent),
        SERVED(the_connection_outlives_a_refused_body),
        SERVED(chunked_bodies_are_refused_at_their_end_or_dropped),
        SERVED(bodies_have_their_type),
        SERVED(two_lengths_are_refused),
        SERVED(an_unchanged_answer_is_not_sent_again),
        SERVED(redirects_stay_on_this_server),
        cmocka_unit_test_setup_teardown(browsers_of_the_team_are_marked, start_behind_proxy, stop_server),
        cmocka_unit_test_setup_teardown(proxies_that_are_trusted_speak_for_their_clients, start_behind_proxy,
                                        stop_server),
        SERVED(strangers_cannot_claim_an_address),
        SERVED(tokens_open_what_their_role_allows),
        cmocka_unit_test_setup_teardown(too_many_requests_are_told_when_to_return, start_limited, stop_server),
        cmocka_unit_test_setup_teardown(other_origins_are_answered_as_configured, start_with_origin, stop_server),
        cmocka_unit_test_setup_teardown(foreign_pages_cannot_post, start_with_origin, stop_server),
        SERVED(a_suspended_request_is_answered_by_whoever_finishes_it),
        SERVED(what_cannot_be_queued_is_answered_at_once),
        SERVED(a_client_that_leaves_meanwhile_does_no_harm),
        SERVED(stopping_finishes_what_was_accepted),
        SERVED(stopping_under_load_loses_no_request),
        SERVED(stopping_gives_up_what_never_ends),
        SERVED(a_port_that_is_taken_is_told),
        SERVED(a_socket_can_be_handed_over),
        SERVED(a_trickling_client_is_let_go),
        SERVED(garbage_does_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
