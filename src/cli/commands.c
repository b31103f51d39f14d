/* commands.c: the table of commands. */
#include "cli/cli.h"

#include <stddef.h>

static const struct cli_option index_options[] = {
    {"rebuild", NULL, "build the index anew from all articles"},
    {"json", NULL, "print the figures as JSON"},
    {NULL, NULL, NULL},
};

static const struct cli_option search_options[] = {
    {"limit", "N", "most results, 1 to 20 (default: 5)"},
    {"audience", "WHO", "public, or agents for their articles too (default: public)"},
    {"lang", "LANG", "the language to prefer"},
    {"explain", NULL, "show how each result got its score"},
    {"json", NULL, "print JSON"},
    {NULL, NULL, NULL},
};

static const struct cli_option eval_options[] = {
    {"queries", "FILE", "questions, one JSON object a line: id, text, title?"},
    {"qrels", "FILE", "which article answers which: question, article, grade, apart by tabs"},
    {"history", "FILE", "past tickets to learn from first: text, article"},
    {"no-answer", "FILE", "questions that no article answers"},
    {"run", "FILE", "write the ranking there, as TREC tools read it"},
    {"features", "FILE", "write what each result was ranked by there, for scripts/learn-weights"},
    {"json", NULL, "print JSON"},
    {NULL, NULL, NULL},
};

static const struct cli_option json_option[] = {
    {"json", NULL, "print JSON"},
    {NULL, NULL, NULL},
};

static const struct cli_option doctor_options[] = {
    {"recount", NULL, "also count the whole log anew, and compare it with the running totals"},
    {"rebuild", NULL, "with --recount: work the running totals out anew first"},
    {"json", NULL, "print JSON"},
    {NULL, NULL, NULL},
};

static const struct cli_option report_options[] = {
    {"kind", "KIND", "deflection, articles, queries, gaps, topics or flow (default: deflection)"},
    {"article", "ID", "one article in depth"},
    {"baseline", "FILE", "topics beside those of an audit, as `audit --format json` wrote it"},
    {"since", "AGO", "from so long ago until today (default: 30d)"},
    {"from", "DATE", "the first day"},
    {"to", "DATE", "the day behind the last one"},
    {"lang", "LANG", "only episodes in this language"},
    {"format", "FORMAT", "text, json or csv (default: text)"},
    {"json", NULL, "the same as --format json"},
    {NULL, NULL, NULL},
};

static const struct cli_option import_articles_options[] = {
    {"into", "DIR", "where the files go (default: the folder of articles)"},
    {"overwrite", NULL, "replace files that are there"},
    {NULL, NULL, NULL},
};

static const struct cli_option digest_options[] = {
    {"to", "DATE", "the day behind the week's last one (default: today)"},
    {"format", "FORMAT", "text, markdown or html (default: text)"},
    {NULL, NULL, NULL},
};

static const struct cli_option alerts_options[] = {
    {"send", NULL, "send what was not sent yet, as the server does every hour"},
    {"json", NULL, "print JSON"},
    {NULL, NULL, NULL},
};

static const struct cli_option draft_options[] = {
    {"from", "DATE", "the first day of the report that named the gap (default: 30 days ago)"},
    {"to", "DATE", "the day behind its last one"},
    {"json", NULL, "print JSON"},
    {NULL, NULL, NULL},
};

static const struct cli_option import_tickets_options[] = {
    {"map", "COLUMN=FIELD", "what a column holds, where it cannot be guessed; may be repeated"},
    {"json", NULL, "print the figures as JSON"},
    {NULL, NULL, NULL},
};

static const struct cli_option audit_options[] = {
    {"map", "COLUMN=FIELD", "what a column holds, where it cannot be guessed; may be repeated"},
    {"format", "FORMAT", "text, html, markdown or json (default: text)"},
    {"json", NULL, "the same as --format json"},
    {NULL, NULL, NULL},
};

static const struct cli_option export_options[] = {
    {"since", "AGO", "only events from this time on, such as 30d or 2026-11-22"},
    {"contact", "ADDRESS", "only those of one person, by the address as they wrote it"},
    {"session", "ID", "only those of one session"},
    {"format", "FORMAT", "jsonl or csv (default: jsonl)"},
    {NULL, NULL, NULL},
};

static const struct cli_option erase_options[] = {
    {"contact", "ADDRESS", "the person's address, as they wrote it"},
    {"session", "ID", "one session"},
    {"json", NULL, "print JSON"},
    {NULL, NULL, NULL},
};

static const struct cli_option outbox_retry_options[] = {
    {"all", NULL, "all that wait (those held as spam are named one by one)"},
    {NULL, NULL, NULL},
};

static const struct cli_option outbox_drop_options[] = {
    {"all", NULL, "all that are held as spam (those that wait are named one by one)"},
    {NULL, NULL, NULL},
};

static const struct cli_option token_create_options[] = {
    {"role", "ROLE", "agent, writer or admin; each may do what those before it may"},
    {"name", "NAME", "who or what it is for"},
    {"expires", "AFTER", "how long it is valid, such as 90d (default: for ever)"},
    {"json", NULL, "print JSON"},
    {NULL, NULL, NULL},
};

static const struct cli_option token_link_options[] = {
    {"expires", "AFTER", "how long it can be used, such as 24h (default: 15m)"},
    {NULL, NULL, NULL},
};

static const struct cli_option simulate_options[] = {
    {"days", "N", "days of events, up to now (default: 60)"},
    {"visits", "N", "visits a day (default: 60)"},
    {"share", "SHARE", "share of sessions held out, 0 to 0.5 (default: 0.1)"},
    {"seed", "N", "the same number gives the same events for the same articles (default: 1)"},
    {NULL, NULL, NULL},
};

static const struct cli_command commands[] = {
    {"serve", NULL, "Index what changed, watch the articles, and serve",
     "Prints `listening on http://…` once it is ready. SIGTERM finishes what was accepted and\n"
     "stops; SIGHUP reads the configuration again.",
     NULL, cmd_serve},
    {"index", NULL, "Bring the index up to the folder of articles",
     "Files that cannot be read are named with their reason, and skipped; then it exits with 1.",
     index_options, cmd_index},
    {"search", "QUERY…", "Search as the service does", NULL, search_options, cmd_search},
    {"check", NULL, "Look for mistakes in the articles",
     "Errors (it then exits with 1): files that cannot be read, ids taken twice, dead links,\n"
     "anchors and images, `tests` that do not find their article. Warnings: titles missing or\n"
     "taken twice, reviews that are overdue, an unknown audience or status.",
     json_option, cmd_check},
    {"eval", NULL, "Measure how well search finds the right articles",
     "Works in a data folder of its own, and leaves the service's alone.", eval_options, cmd_eval},
    {"report", NULL, "Tell how many requests the articles answered", NULL, report_options,
     cmd_report},
    {"import articles", "FILE…", "Turn another knowledge base into Markdown files",
     "FILE: JSON as the API of Zendesk, Help Scout, Freshdesk, Intercom or Zammad gives it, page by\n"
     "page, with its categories. Images are not fetched: their addresses go to standard output.",
     import_articles_options, cmd_import_articles},
    {"digest", NULL, "Tell the week in brief: answered, to do, changed", NULL, digest_options,
     cmd_digest},
    {"alerts", NULL, "Tell what is worth telling now: week, spikes, edits, inflow",
     "What was sent is marked so. The server sends each once to `alert_url`.", alerts_options,
     cmd_alerts},
    {"draft", "GAP", "Write the skeleton of an article that is missing",
     "GAP is named by `report --kind gaps`. The file holds a customer's wording only where three\n"
     "or more wrote the same; how others put it goes to standard error.",
     draft_options, cmd_draft},
    {"import tickets", "FILE", "Read past tickets from CSV or JSON lines",
     "Fields: id, subject, body, category, status, created, solved, contact.",
     import_tickets_options, cmd_import_tickets},
    {"audit", "FILE", "Tell on one page what past tickets ask, and what to write first",
     "FILE: as for `import tickets`. Needs no widget, no traffic and no data folder: the articles\n"
     "are searched as they are. Personal data is taken out of all words.",
     audit_options, cmd_audit},
    {"import events", "FILE", "Read events as `export events` writes them; - is standard input",
     "Events that are there already are not stored again.", json_option, cmd_import_events},
    {"export events", NULL, "Write everything that was logged", NULL, export_options,
     cmd_export_events},
    {"erase", NULL, "Remove a person's data", NULL, erase_options, cmd_erase},
    {"backup", "DIR", "Copy the data folder while the server runs",
     "DIR can then be used as --data.", NULL, cmd_backup},
    {"token create", NULL, "Make a token; it is shown once", NULL, token_create_options,
     cmd_token_create},
    {"token link", "ID", "Print an address that signs a browser in once, in the token's place",
     "Send it to the person: whoever opens it first is signed in, for as long as the token is valid,\n"
     "for two weeks at most. Needs public_url, unless the server listens on a fixed port.",
     token_link_options, cmd_token_link},
    {"token list", NULL, "List the tokens", NULL, json_option, cmd_token_list},
    {"token revoke", "ID", "End a token", NULL, NULL, cmd_token_revoke},
    {"hooks test", "DESK", "Say what this help desk sent last, and what became of it", NULL,
     json_option, cmd_hooks_test},
    {"hooks auto-reply", NULL, "Say whether tickets may be answered automatically",
     "It needs 50 answers that the search was sure of, and that agents have judged.", json_option,
     cmd_hooks_auto_reply},
    {"outbox list", NULL, "List the requests that wait to be delivered, or are held as spam",
     "With --json: also what they say.", json_option, cmd_outbox_list},
    {"outbox retry", "ID", "Deliver a request now, also one that is held as spam", NULL,
     outbox_retry_options, cmd_outbox_retry},
    {"outbox drop", "ID", "Remove a request for good", NULL, outbox_drop_options, cmd_outbox_drop},
    {"doctor", NULL, "Check configuration, data, index and permissions", NULL, doctor_options,
     cmd_doctor},
    {"routes", NULL, "List the addresses that the service answers",
     "Each with its method and the least role that a token needs.", json_option, cmd_routes},
    {"simulate", NULL, "Fill the data folder with made-up events, to try out reports",
     "Visitors ask for the articles in the index, and for some that are missing; what is true of them\n"
     "is stated in articles/operators/how-figures-are-proven.md.\n"
     "They are marked as sample data, which every page and report that shows them says.\n"
     "Refuses a data folder that holds real events.",
     simulate_options, cmd_simulate},
    {NULL, NULL, NULL, NULL, NULL, NULL},
};

const struct cli_command *cli_commands(void)
{
    return commands;
}
