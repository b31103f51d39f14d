/* cmd_search.c: `deflect search`: the service's ranking on a terminal. */
#include "cli/cli.h"

#include "app/answer.h"
#include "app/suggest.h"
#include "base/limits.h"
#include "base/str.h"
#include "http/language.h"

static bool join_words(const struct cli *cli, struct buf *out)
{
    for (size_t i = 0; i < cli->argument_count; i++) {
        if (i)
            buf_add_char(out, ' ');
        buf_add_str(out, cli->arguments[i]);
    }
    return !out->failed && utf8_valid((struct slice){out->data, out->length});
}

static void print_explanation(const json_t *explain)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)explain, key, value)
    {
        _cleanup_free_ char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY |
                                                          JSON_REAL_PRECISION(4));
        (void)printf("     %-20s %s\n", key, text ? text : "");
    }
}

static void print_hit(size_t rank, const struct index_hit *hit)
{
    _cleanup_buf_ struct buf address = BUF_INIT(LIMIT_QUERY);
    bool colours = cli_colours();
    answer_address(&address, hit->id, hit->url, hit->anchor);
    (void)printf("%2zu. %s%s%s%s%s\n", rank, colours ? "\033[1m" : "", hit->title,
                 *hit->section ? " › " : "", hit->section, colours ? "\033[0m" : "");
    (void)printf("    %s  %s  %.3f\n", buf_str(&address), index_confidence_name(hit->confidence),
                 hit->score);
    if (*hit->snippet) {
        (void)fputs("    ", stdout);
        for (const char *p = hit->snippet; *p; p++)
            (void)fputc(*p == '\n' ? ' ' : *p, stdout);
        (void)fputc('\n', stdout);
    }
    if (hit->explain)
        print_explanation(hit->explain);
}

static void print_text(const struct index_results *results)
{
    if (results->corrected)
        (void)printf("Showing results for: %s\n", results->corrected);
    if (results->count == 0)
        (void)puts("No article answers that.");
    for (size_t i = 0; i < results->count; i++)
        print_hit(i + 1, &results->hits[i]);
}

static int print_json(const struct index_results *results, struct slice query)
{
    _cleanup_(answer_dropp) struct answer *answer = NULL;
    _cleanup_buf_ struct buf text = BUF_INIT(LIMIT_HTTP_RESPONSE);
    struct error err;
    if (answer_new(results, NULL, &answer, &err))
        return cli_fail(&err);
    buf_add_str(&text, "{\"query\":");
    buf_add_json(&text, query);
    buf_printf(&text, ",%s,%s}", answer->head, answer->tail);
    if (text.failed || puts(buf_str(&text)) < 0) {
        (void)error_memory(&err);
        return cli_fail(&err);
    }
    return CLI_DONE;
}

static enum status read_audience(const struct cli *cli, bool *ret_agents, struct error *err)
{
    const char *audience = cli_option(cli, "audience");
    *ret_agents = str_equal(audience, "agents");
    if (audience && !*ret_agents && strcmp(audience, "public") != 0)
        return error_set(err, STATUS_INVALID, "--audience must be public or agents, not \"%s\"",
                         audience);
    return STATUS_OK;
}

static enum status read_lang(const struct cli *cli, char out[LANGUAGE_TAG_SIZE], const char **ret,
                             struct error *err)
{
    const char *lang = cli_option(cli, "lang");
    if (lang && !language_tag_read(slice_of(lang), out))
        return error_set(err, STATUS_INVALID, "--lang must be a language tag such as en or pt-BR, not \"%s\"",
                         lang);
    *ret = lang ? out : NULL;
    return STATUS_OK;
}

int cmd_search(struct cli *cli)
{
    _cleanup_(service_closep) struct service *service = NULL;
    _cleanup_buf_ struct buf query = BUF_INIT(LIMIT_QUERY);
    struct index_results results = {.hits = NULL};
    char lang[LANGUAGE_TAG_SIZE];
    struct suggest_request request = {.limit = 5, .final = true, .explain = cli_option(cli, "explain") != NULL};
    struct error err;
    int code = CLI_DONE;
    if (cli_count(cli, "limit", 1, LIMIT_RESULTS, &request.limit, &err) ||
        read_audience(cli, &request.agents, &err) || read_lang(cli, lang, &request.lang, &err))
        return cli_fail(&err);
    if (!join_words(cli, &query) || !slice_trim((struct slice){query.data, query.length}).length) {
        cli_say("search needs a query of at most %d bytes of UTF-8", LIMIT_QUERY);
        return CLI_UNABLE;
    }
    request.subject = (struct slice){query.data, query.length};
    if (service_open(&cli->config, SERVICE_EXISTING, &service, &err) ||
        service_search(service, &request, &results, &err))
        return cli_fail(&err);
    if (cli_option(cli, "json"))
        code = print_json(&results, request.subject);
    else
        print_text(&results);
    index_results_done(&results);
    return code;
}
