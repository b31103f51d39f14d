/* routes.c: the one table of the product's addresses. */
#include "http/api/api.h"
#include "http/assets.h"
#include "http/pages/pages.h"
#include "http/router.h"

static const struct route table[] = {
    {"GET", "/v1/suggest", api_suggest_get, "Articles for a question", ROLE_NONE, CORS_PUBLIC, BODY_NONE, 0},
    {"POST", "/v1/suggest", api_suggest_post, "Articles for a request's subject and body", ROLE_NONE, CORS_PUBLIC,
     BODY_JSON, 0},
    {"POST", "/v1/events", api_events_post, "Record what one session did", ROLE_NONE, CORS_ORIGINS, BODY_JSON_OR_TEXT,
     0},
    {"GET", "/v1/articles", api_articles_list, "The public articles, page by page", ROLE_NONE, CORS_PUBLIC, BODY_NONE,
     0},
    {"GET", "/v1/articles/{id}", api_articles_get, "One article", ROLE_NONE, CORS_PUBLIC, BODY_NONE, 0},
    {"GET", "/v1/reports/{kind}", api_reports_get, "Figures for writers", ROLE_WRITER, CORS_NONE, BODY_NONE, 0},
    {"GET", "/v1/reports/articles/{id}", api_reports_get_article, "The figures of one article", ROLE_WRITER, CORS_NONE,
     BODY_NONE, 0},
    {"GET", "/v1/tasks", api_tasks_get, "What to write, fix, check or read again", ROLE_WRITER, CORS_NONE, BODY_NONE,
     0},
    {"PATCH", "/v1/tasks/{task}", api_tasks_patch, "Take a task, postpone or dismiss it", ROLE_WRITER, CORS_NONE,
     BODY_JSON, 0},
    {"GET", "/v1/agent/search", api_agent_search, "Articles for an agent, with links to paste", ROLE_AGENT, CORS_NONE,
     BODY_NONE, 0},
    {"POST", "/v1/agent/links", api_agent_link, "A ticket was answered with an article", ROLE_AGENT, CORS_NONE,
     BODY_JSON, ROUTE_LARGE_BODY},
    {"DELETE", "/v1/agent/links", api_agent_unlink, "Take a link back", ROLE_AGENT, CORS_NONE, BODY_JSON,
     ROUTE_LARGE_BODY},
    {"GET", "/v1/agent/tickets/{ticket}", api_agent_ticket, "What the customer did before a ticket, and advice",
     ROLE_AGENT, CORS_NONE, BODY_NONE, 0},
    {"GET", "/v1/agent/similar", api_agent_similar, "Past tickets like this one", ROLE_AGENT, CORS_NONE, BODY_NONE, 0},
    {"POST", "/v1/agent/draft", api_agent_draft, "A reply made of the articles' passages", ROLE_AGENT, CORS_NONE,
     BODY_JSON, ROUTE_LARGE_BODY},
    {"POST", "/v1/agent/flags", api_flags_post, "Flag an article, or that one is missing", ROLE_AGENT, CORS_NONE,
     BODY_JSON, ROUTE_LARGE_BODY},
    {"GET", "/v1/flags", api_flags_get, "Flags by state", ROLE_AGENT, CORS_NONE, BODY_NONE, 0},
    {"PATCH", "/v1/flags/{id}", api_flags_patch, "Take a flag, or close it", ROLE_AGENT, CORS_NONE, BODY_JSON, 0},
    {"POST", "/v1/tickets", api_tickets_post, "Create or update a ticket", ROLE_AGENT, CORS_NONE, BODY_JSON,
     ROUTE_LARGE_BODY},
    {"PATCH", "/v1/tickets/{id}", api_tickets_patch, "Change some fields of a ticket", ROLE_AGENT, CORS_NONE,
     BODY_JSON, ROUTE_LARGE_BODY},
    {"POST", "/v1/hooks/{desk}", api_hooks_post, "A help desk's webhook", ROLE_NONE, CORS_NONE, BODY_JSON,
     ROUTE_LARGE_BODY},
    {"GET", "/healthz", api_health_alive, "Whether the service is alive", ROLE_NONE, CORS_NONE, BODY_NONE,
     ROUTE_UNLIMITED},
    {"GET", "/readyz", api_health_ready, "Whether index and store can be used", ROLE_NONE, CORS_NONE, BODY_NONE, 0},
    {"GET", "/metrics", api_health_metrics, "Counters as Prometheus text", ROLE_ADMIN, CORS_NONE, BODY_NONE,
     ROUTE_METRICS},
    {"GET", "/widget.js", assets_get_widget, "The widget, as a script", ROLE_NONE, CORS_ORIGINS, BODY_NONE, 0},
    {"GET", "/widget.mjs", assets_get_widget, "The widget, as a module", ROLE_NONE, CORS_ORIGINS, BODY_NONE, 0},
    {"GET", "/assets/{name}", assets_get, "What pages and widget load", ROLE_NONE, CORS_ORIGINS, BODY_NONE, 0},
    {"GET", "/files/{path}", files_get, "Images and PDF that articles link", ROLE_NONE, CORS_ORIGINS, BODY_NONE, 0},
    {"GET", "/", page_home, "Help centre", ROLE_NONE, CORS_NONE, BODY_NONE, ROUTE_PAGE},
    {"GET", "/articles/{id}", page_article, "Article page", ROLE_NONE, CORS_NONE, BODY_NONE, ROUTE_PAGE},
    {"GET", "/search", page_search, "Search page", ROLE_NONE, CORS_NONE, BODY_NONE, ROUTE_PAGE},
    {"GET", "/contact", page_contact, "Contact form", ROLE_NONE, CORS_NONE, BODY_NONE, ROUTE_PAGE},
    {"POST", "/contact", page_contact_sent, "Contact form, sent", ROLE_NONE, CORS_NONE, BODY_FORM,
     ROUTE_PAGE | ROUTE_LARGE_BODY},
    {"GET", "/outbox", page_outbox, "Requests that wait to be delivered", ROLE_NONE, CORS_NONE, BODY_NONE, ROUTE_PAGE},
    {"POST", "/outbox", page_outbox_sent, "Deliver a request now, or drop it", ROLE_NONE, CORS_NONE, BODY_FORM,
     ROUTE_PAGE},
    {"GET", "/desk", page_desk, "The agent's desk", ROLE_NONE, CORS_NONE, BODY_NONE, ROUTE_PAGE | ROUTE_FRAMEABLE},
    {"GET", "/insights", page_insights, "The writers' figures", ROLE_NONE, CORS_NONE, BODY_NONE, ROUTE_PAGE},
    {"GET", "/insights/articles/{id}", page_insights_article, "The figures of one article", ROLE_NONE, CORS_NONE,
     BODY_NONE, ROUTE_PAGE},
    {"GET", "/insights/gaps/{gap}", page_insights_gap, "One gap, and the draft of its article", ROLE_NONE, CORS_NONE,
     BODY_NONE, ROUTE_PAGE},
    {"GET", "/insights/tasks", page_insights_tasks, "All there is to do, and what was decided", ROLE_NONE, CORS_NONE,
     BODY_NONE, ROUTE_PAGE},
    {"POST", "/insights/tasks", page_insights_tasks_sent, "Take a task, postpone or dismiss it", ROLE_NONE, CORS_NONE,
     BODY_FORM, ROUTE_PAGE},
    {"GET", "/sign-in", page_sign_in, "Sign in to desk or insights", ROLE_NONE, CORS_NONE, BODY_NONE,
     ROUTE_PAGE | ROUTE_FRAMEABLE},
    {"POST", "/sign-in", page_sign_in_sent, "Sign in by token", ROLE_NONE, CORS_NONE, BODY_FORM,
     ROUTE_PAGE | ROUTE_FRAMEABLE},
    {"POST", "/sign-out", page_sign_out, "Sign out", ROLE_NONE, CORS_NONE, BODY_FORM, ROUTE_PAGE | ROUTE_FRAMEABLE},
    {0},
};

static const struct route fallback = {
    "GET",     "/{path}",  page_unknown, "Moved articles, and what there is instead of a missing page",
    ROLE_NONE, CORS_NONE, BODY_NONE,    ROUTE_PAGE,
};

const struct router *routes(void)
{
    static const struct router router = {table, &fallback, page_of_error};
    return &router;
}
