/* report_facts.c: the index's list of articles, by id. */
#include "app/report/report_facts.h"

#include "measure/names.h"

struct fact {
    char *title, *lang;
    bool contact_expected;
};

struct report_facts {
    struct names *ids;
    struct fact *facts; /* by number in ids */
    size_t capacity;
    bool failed;
};

struct report_facts *report_facts_free(struct report_facts *facts)
{
    if (!facts)
        return NULL;
    for (size_t i = 0; facts->ids && i < names_count(facts->ids); i++) {
        mem_free(facts->facts[i].title);
        mem_free(facts->facts[i].lang);
    }
    mem_free(facts->facts);
    names_free(facts->ids);
    return mem_free(facts);
}

static bool remember(void *arg, const struct index_summary *summary)
{
    struct report_facts *facts = arg;
    size_t number;
    const size_t known = names_count(facts->ids);
    facts->failed = true;
    if (mem_grow(&facts->facts, &facts->capacity, known, sizeof(struct fact)) < 0 ||
        !names_add(facts->ids, slice_of(summary->id), &number))
        return false;
    if (number == known) {
        facts->facts[number] = (struct fact){
            .title = mem_strdup(summary->title),
            .lang = mem_strdup(summary->lang ? summary->lang : ""),
            .contact_expected = summary->contact_expected,
        };
    }
    facts->failed = !facts->facts[number].title || !facts->facts[number].lang;
    return !facts->failed;
}

enum status report_facts_load(struct service *service, struct report_facts **ret, struct error *err)
{
    _cleanup_(report_facts_freep) struct report_facts *facts = mem_zero(1, sizeof *facts);
    struct index_reader *reader = NULL;
    if (!facts || !(facts->ids = names_new()))
        return error_memory(err);
    enum status status = service_take_reader(service, &reader, err);
    if (status == STATUS_OK) {
        const struct index_list_filter everything = {0};
        status = index_list(reader, &everything, remember, facts, err);
        service_give_reader(service, reader);
    } else if (status == STATUS_NOT_FOUND) {
        status = STATUS_OK;
    }
    if (status == STATUS_OK && facts->failed)
        return error_memory(err);
    if (status == STATUS_OK)
        *ret = steal_pointer(&facts);
    return status;
}

static const struct fact *fact_of(const struct report_facts *facts, const char *article)
{
    size_t number;
    return names_find(facts->ids, slice_of(article), &number) ? &facts->facts[number] : NULL;
}

const char *report_facts_title(const struct report_facts *facts, const char *article)
{
    const struct fact *fact = fact_of(facts, article);
    return fact ? fact->title : article;
}

bool report_facts_known(const struct report_facts *facts, const char *article)
{
    return fact_of(facts, article) != NULL;
}

const char *report_facts_lang(void *arg, const char *article)
{
    const struct fact *fact = fact_of(arg, article);
    return fact && *fact->lang ? fact->lang : NULL;
}

bool report_facts_contact_expected(void *arg, const char *article)
{
    const struct fact *fact = fact_of(arg, article);
    return fact && fact->contact_expected;
}
