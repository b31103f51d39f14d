/* flags.c: raises, lists and answers flags. */
#include "app/agent/flags.h"

#include "app/service_private.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/str.h"
#include "text/redact.h"

enum { FLAGS_SHOWN = 500 };

static json_t *flag_json(const struct flag *flag)
{
    char created[CLOCK_TEXT_SIZE], changed[CLOCK_TEXT_SIZE];
    clock_format(flag->created_ms, created);
    clock_format(flag->updated_ms, changed);
    return json_pack("{s:o, s:s, s:s, s:s?, s:s?, s:s, s:s?, s:s?, s:s?, s:s, s:s}", "id",
                     json_sprintf("%lld", (long long)flag->id), "kind", flag_kind_name(flag->kind),
                     "state", flag_state_name(flag->state), "article", flag->article, "ticket",
                     flag->ticket, "note", flag->note ? flag->note : "", "agent", flag->agent,
                     "owner", flag->owner, "answer", flag->answer, "created", created, "changed", changed);
}

static enum status read_kind(const json_t *object, enum flag_kind *ret, struct error *err)
{
    struct slice name;
    enum status status = json_read_string(object, "kind", &name, err);
    if (!status && (!name.ptr || !flag_kind_parse(name, ret)))
        status = error_set(err, STATUS_UNPROCESSABLE,
                           "field kind must be missing, outdated, wrong or unclear");
    return status;
}

static enum status read_text(const json_t *object, const char *field, char **ret, struct error *err)
{
    _cleanup_free_ char *note = NULL;
    _cleanup_buf_ struct buf clean = BUF_INIT(8 * LIMIT_FLAG_NOTE);
    enum status status = json_copy_string(object, field, 4 * LIMIT_FLAG_NOTE, &note, err);
    if (status || !note)
        return status;
    redact_text(slice_of(note), &clean);
    *ret = buf_take(&clean);
    return *ret ? STATUS_OK : error_memory(err);
}

static bool first_flag(void *arg, const struct flag *flag)
{
    json_t **ret = arg;
    *ret = flag_json(flag);
    return false;
}

struct wanted {
    int64_t id;
    json_t *flag;
};

static bool find_flag(void *arg, const struct flag *flag)
{
    struct wanted *wanted = arg;
    return flag->id != wanted->id || first_flag(&wanted->flag, flag);
}

static enum status get_flag(struct service *service, int64_t id, json_t **ret, struct error *err)
{
    struct wanted wanted = {id, NULL};
    enum status status =
        store_each_flag(service_store(service), NULL, find_flag, &wanted, err);
    if (!status && !wanted.flag)
        status = error_set(err, STATUS_NOT_FOUND, "there is no flag %lld", (long long)id);
    *ret = wanted.flag;
    return status;
}

enum status service_add_flag(struct service *service, const json_t *object, const char *agent,
                             json_t **ret, struct error *err)
{
    _cleanup_free_ char *article = NULL, *ticket = NULL, *note = NULL;
    struct flag flag = {.state = FLAG_OPEN, .agent = agent};
    int64_t id = 0;
    enum status status;
    if ((status = read_kind(object, &flag.kind, err)) ||
        (status = json_copy_string(object, "article", LIMIT_ID, &article, err)) ||
        (status = json_copy_string(object, "ticket", LIMIT_TICKET_ID, &ticket, err)) ||
        (status = read_text(object, "note", &note, err)))
        return status;
    if (flag.kind != FLAG_MISSING && !article)
        return error_set(err, STATUS_UNPROCESSABLE, "field article is missing: which one is %s?",
                         flag_kind_name(flag.kind));
    flag.article = article;
    flag.ticket = ticket;
    flag.note = note;
    status = store_add_flag(service_store(service), &flag, &id, err);
    return status ? status : get_flag(service, id, ret, err);
}

struct listing {
    const char *agent;
    json_t *list;
};

static bool list_flag(void *arg, const struct flag *flag)
{
    struct listing *listing = arg;
    if (!listing->agent || str_equal(listing->agent, flag->agent))
        (void)json_array_append_new(listing->list, flag_json(flag));
    return json_array_size(listing->list) < FLAGS_SHOWN;
}

/* The title of each article that is flagged, where it is there. */
static void add_titles(struct service *service, json_t *flags)
{
    struct index_reader *reader = NULL;
    json_t *flag;
    size_t i;
    if (service_take_reader(service, &reader, NULL))
        return;
    json_array_foreach(flags, i, flag)
    {
        const char *id = json_string_value(json_object_get(flag, "article"));
        struct index_article stored;
        if (!id || index_get(reader, id, &stored, NULL))
            continue;
        (void)json_object_set_new(flag, "title", json_string(stored.article->title));
        index_article_done(&stored);
    }
    service_give_reader(service, reader);
}

enum status service_flags_json(struct service *service, const char *state, const char *agent,
                               json_t **ret, struct error *err)
{
    enum flag_state wanted;
    struct listing listing = {agent, json_array()};
    enum status status;
    if (state && !flag_state_parse(slice_of(state), &wanted)) {
        json_decref(listing.list);
        return error_set(err, STATUS_UNPROCESSABLE, "parameter state must be open, taken or done");
    }
    status = store_each_flag(service_store(service), state ? &wanted : NULL, list_flag, &listing,
                             err);
    if (status) {
        json_decref(listing.list);
        return status;
    }
    add_titles(service, listing.list);
    *ret = json_pack("{s:o}", "flags", listing.list);
    return *ret ? STATUS_OK : error_memory(err);
}

enum status flags_set(struct service *service, int64_t id, enum flag_state state, const char *owner,
                      const json_t *object, struct error *err)
{
    _cleanup_free_ char *answer = NULL;
    enum status status = read_text(object, "answer", &answer, err);
    return status ? status : store_set_flag(service_store(service), id, state, owner, answer, err);
}

enum status service_change_flag(struct service *service, const char *id, const json_t *object,
                                json_t **ret, struct error *err)
{
    _cleanup_free_ char *owner = NULL;
    _cleanup_json_ json_t *known = NULL;
    struct slice name;
    enum flag_state state;
    int64_t number;
    enum status status;
    if (!str_to_int64(slice_of(id), &number))
        return error_set(err, STATUS_NOT_FOUND, "there is no flag %s", id);
    if ((status = get_flag(service, number, &known, err)) ||
        (status = json_read_string(object, "state", &name, err)) ||
        (status = json_copy_string(object, "owner", LIMIT_TICKET_NAME, &owner, err)))
        return status;
    if (!name.ptr && !owner && !json_object_get(object, "answer"))
        return error_set(err, STATUS_UNPROCESSABLE, "field state, owner or answer is missing");
    if (!name.ptr)
        name = slice_of(json_string_value(json_object_get(known, "state")));
    if (!flag_state_parse(name, &state))
        return error_set(err, STATUS_UNPROCESSABLE, "field state must be open, taken or done");
    status = flags_set(service, number, state, owner, object, err);
    return status ? status : get_flag(service, number, ret, err);
}
