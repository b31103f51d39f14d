/* visitor.c: tells who sends a request. */
#include "http/visitor.h"

#include "base/str.h"
#include "http/session.h"
#include "http/settings.h"

#include <ctype.h>
#include <stdio.h>
#include <strings.h>

enum { FORWARDED_BYTES = 4096, USER_AGENT_BYTES = 512 };

#define STAFF_COOKIE_SECONDS (INT64_C(365) * 24 * 3600)

/* What robots call themselves beside "…bot": the names that their operators document. Lower case. */
static const char *const robot_words[] = {
    "crawl",          "spider",        "slurp",        "facebookexternalhit", "meta-externalagent",
    "mediapartners-", "bingpreview",   "googleother",  "google-inspection",   "google-read-aloud",
    "ia_archiver",    "archive.org",   "whatsapp/",    "skypeuripreview",     "chatgpt-user",
    "perplexity-user", "claude-user",  "pingdom",      "statuscake",          "site24x7",
    "datadogsynthetics", "lighthouse", "pagespeed",    "embedly",             "feedfetcher",
    "google favicon", "yandexaccess",  "duckassist",   "monitoring",          "uptime",
};

/* True when TEXT (lower case) holds "bot" as the end of a word ("googlebot/2.1", "slackbot-link"), which people's names
 * of phones ("cubot") are not. */
static bool names_bot(const char *text)
{
    for (const char *p = strstr(text, "bot"); p; p = strstr(p + 3, "bot")) {
        bool phone = p - text >= 2 && memcmp(p - 2, "cu", 2) == 0;
        if (!isalpha((unsigned char)p[3]) && !phone)
            return true;
    }
    return false;
}

bool visitor_is_robot(const char *user_agent)
{
    char text[USER_AGENT_BYTES];
    size_t length = 0;
    if (!user_agent)
        return false;
    for (; user_agent[length] && length + 1 < sizeof text; length++)
        text[length] = (char)tolower((unsigned char)user_agent[length]);
    text[length] = '\0';
    if (names_bot(text))
        return true;
    for (size_t i = 0; i < ARRAY_LENGTH(robot_words); i++)
        if (strstr(text, robot_words[i]))
            return true;
    return false;
}

/* Of a trusted proxy its own name for the request, so that both logs tell of the same one. */
static void take_id(struct request *request)
{
    const char *id = request_header(request, "X-Request-Id");
    if (id && strlen(id) < sizeof request->id && request_session_valid(slice_of(id)))
        (void)snprintf(request->id, sizeof request->id, "%s", id);
}

static struct address find_client(struct request *request)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct network_list *trusted = &request->settings->trusted_proxies;
    _cleanup_buf_ struct buf forwarded = BUF_INIT(FORWARDED_BYTES);
    struct address peer;
    address_from_socket(info ? info->client_addr : NULL, &peer);
    if (!network_list_has(trusted, &peer))
        return peer;
    take_id(request);
    request_header_all(request, "X-Forwarded-For", &forwarded);
    return address_of_client(&peer, forwarded.failed ? NULL : buf_str(&forwarded), trusted);
}

static bool says_yes(const struct request *request, const char *header)
{
    const char *value = request_header(request, header);
    return value && strcmp(value, "1") == 0;
}

/* Looks up the bearer token (RFC 6750, 2.1), else the session of a browser that signed in. None, or a wrong one, is no
 * error here: the route says whether it needs one. */
static enum status find_token(struct request *request, struct error *err)
{
    const char *header = request_header(request, "Authorization");
    enum status status;
    if (!request->service)
        return STATUS_OK;
    if (!header)
        return session_identify(request, err);
    if (strncasecmp(header, "Bearer ", 7) != 0)
        return STATUS_OK;
    header += 7;
    header += strspn(header, " ");
    status = store_token_find(service_store(request->service), header, &request->token, err);
    if (status)
        request->token = (struct token){.role = ROLE_NONE};
    return status == STATUS_DENIED ? STATUS_OK : status;
}

enum status visitor_identify(struct request *request, struct error *err)
{
    enum status status = find_token(request, err);
    request->client = find_client(request);
    request->opted_out = says_yes(request, "Sec-GPC") || says_yes(request, "DNT");
    request->staff = request->token.role != ROLE_NONE ||
                     slice_equal(request_cookie(request, VISITOR_STAFF_COOKIE), SLICE_LITERAL("1")) ||
                     network_list_has(&request->settings->staff, &request->client);
    return status;
}

void visitor_mark_browser(struct request *request)
{
    const char *staff = request_param(request, "staff");
    if (!staff || !request->route || !(request->route->flags & ROUTE_PAGE))
        return;
    if (strcmp(staff, "1") == 0)
        reply_cookie(request, VISITOR_STAFF_COOKIE, "1", STAFF_COOKIE_SECONDS);
    else if (strcmp(staff, "0") == 0)
        reply_cookie(request, VISITOR_STAFF_COOKIE, "0", -1);
}
