/* episodes.c: sessions and contacts → persons → episodes. */
#include "measure/episodes.h"

#include "base/str.h"
#include "measure/event_copy.h"
#include "measure/names.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define HASH_NONFATAL_OOM 1
#define uthash_malloc(size) mem_alloc(size)
#define uthash_free(pointer, size) mem_free(pointer)
#define uthash_nonfatal_oom(entry) ((entry)->lost = true)
#include <uthash.h>
#include <utlist.h>

#define NOBODY SIZE_MAX

/* What the first pass learns of a session; only of those that name a contact or bear a mark. */
struct session {
    size_t contact; /* number of the contact that its next event belongs to; NOBODY: none named */
    unsigned marks;
    bool left_out_told;
};

/* An episode that still runs. */
struct running {
    struct episode episode;
    size_t capacity;
    bool lang_by_search;
    bool lost;                   /* memory was short while it was added */
    struct running *prev, *next; /* by last event, oldest first */
    UT_hash_handle hh;
    size_t key_length;
    char key[]; /* 'c' and the contact's hash, or 's' and the session; NUL-terminated */
};

struct episodes {
    struct episodes_options options;
    struct names *session_names, *contacts, *withdrawn;
    struct session *sessions; /* by number in session_names */
    size_t session_capacity;
    struct running *table, *oldest;
};

const char *episode_outcome_name(enum episode_outcome outcome)
{
    static const char *const names[EPISODE_OUTCOMES] = {"ticket", "solved", "read", "left"};
    return names[outcome];
}

struct episodes *episodes_new(const struct episodes_options *options)
{
    _cleanup_(episodes_freep) struct episodes *episodes = mem_zero(1, sizeof *episodes);
    if (!episodes)
        return NULL;
    episodes->options = *options;
    episodes->session_names = names_new();
    episodes->contacts = names_new();
    episodes->withdrawn = names_new();
    if (!episodes->session_names || !episodes->contacts || !episodes->withdrawn)
        return NULL;
    return steal_pointer(&episodes);
}

static void running_free(struct running *running)
{
    for (size_t i = 0; i < running->episode.count; i++)
        mem_free(running->episode.events[i]);
    mem_free(running->episode.events);
    mem_free(running->episode.lang);
    mem_free(running);
}

struct episodes *episodes_free(struct episodes *episodes)
{
    if (!episodes)
        return NULL;
    HASH_CLEAR(hh, episodes->table);
    while (episodes->oldest) {
        struct running *running = episodes->oldest;
        DL_DELETE(episodes->oldest, running);
        running_free(running);
    }
    names_free(episodes->session_names);
    names_free(episodes->contacts);
    names_free(episodes->withdrawn);
    mem_free(episodes->sessions);
    return mem_free(episodes);
}

/* ---- First pass ---- */

/* "SESSION\nID" names an event across the log. */
static bool note_withdrawn(struct names *withdrawn, const struct event *event)
{
    size_t number;
    _cleanup_free_ char *key = mem_printf("%s\n%s", event->session, event->id);
    return key && names_add(withdrawn, slice_of(key), &number);
}

static bool is_withdrawn(const struct names *withdrawn, const struct event *event, bool *ret)
{
    size_t number;
    *ret = event->withdrawn;
    if (*ret || names_count(withdrawn) == 0 || !event->session || !event->id)
        return true;
    _cleanup_free_ char *key = mem_printf("%s\n%s", event->session, event->id);
    if (!key)
        return false;
    *ret = names_find(withdrawn, slice_of(key), &number);
    return true;
}

bool episodes_note(struct episodes *episodes, const struct event *event)
{
    size_t number;
    if (str_empty(event->session) || (!event->contact_hash && !event->marks && !event->withdrawn))
        return true;
    if (event->withdrawn && event->id && !note_withdrawn(episodes->withdrawn, event))
        return false;

    const size_t known = names_count(episodes->session_names);
    if (mem_grow(&episodes->sessions, &episodes->session_capacity, known, sizeof(struct session)) <
            0 ||
        !names_add(episodes->session_names, slice_of(event->session), &number))
        return false;
    struct session *session = &episodes->sessions[number];
    if (number == known)
        *session = (struct session){.contact = NOBODY};
    session->marks |= event->marks;
    if (event->contact_hash &&
        !names_add(episodes->contacts, slice_of(event->contact_hash), &number))
        return false;
    /* The first contact in the order of the log claims what came before it. */
    if (event->contact_hash && session->contact == NOBODY)
        session->contact = number;
    return true;
}

/* ---- Second pass ---- */

static struct session *find_session(struct episodes *episodes, const struct event *event)
{
    size_t number;
    if (str_empty(event->session) ||
        !names_find(episodes->session_names, slice_of(event->session), &number))
        return NULL;
    return &episodes->sessions[number];
}

static bool tell_left_out(struct episodes *episodes, struct session *session, int64_t at_ms)
{
    const struct episodes_options *options = &episodes->options;
    if (session->left_out_told || !options->left_out)
        return true;
    session->left_out_told = true;
    return options->left_out(options->arg, at_ms, session->marks);
}

/* The contact that EVENT belongs to, NULL where only its session is known. A contact other than the
 * session's own begins a new session in all but name: what follows is the new contact's. */
static const char *contact_of(struct episodes *episodes, struct session *session,
                              const struct event *event)
{
    if (event->contact_hash) {
        size_t number;
        if (session && names_find(episodes->contacts, slice_of(event->contact_hash), &number))
            session->contact = number;
        return event->contact_hash;
    }
    if (session && session->contact != NOBODY)
        return names_text(episodes->contacts, session->contact);
    return NULL;
}

static bool hand_out(struct episodes *episodes, struct running *running)
{
    struct episode *episode = &running->episode;
    HASH_DEL(episodes->table, running);
    DL_DELETE(episodes->oldest, running);
    episode->open = episodes->options.now_ms - episode->last_ms < episodes->options.window_ms;
    const bool go_on = episodes->options.each(episodes->options.arg, episode);
    running_free(running);
    return go_on;
}

/* Ends what has been silent for the window at AT_MS. */
static bool sweep(struct episodes *episodes, int64_t at_ms)
{
    while (episodes->oldest &&
           at_ms - episodes->oldest->episode.last_ms >= episodes->options.window_ms) {
        if (!hand_out(episodes, episodes->oldest))
            return false;
    }
    return true;
}

static struct running *start(struct episodes *episodes, const struct event *event,
                             const char *contact, const char *key, size_t key_length)
{
    struct running *running = mem_zero(1, sizeof *running + key_length + 1);
    if (!running)
        return NULL;
    memcpy(running->key, key, key_length);
    running->key_length = key_length;
    running->episode = (struct episode){
        .first_ms = event->at_ms,
        .arm = event->arm,
        .holdout = event->holdout,
        .identified = contact != NULL,
        .contact = contact ? running->key + 1 : NULL,
        .outcome = EPISODE_LEFT,
    };
    HASH_ADD_KEYPTR(hh, episodes->table, running->key, running->key_length, running);
    if (running->lost) {
        mem_free(running);
        return NULL;
    }
    DL_APPEND(episodes->oldest, running);
    return running;
}

/* The running episode of EVENT's person; a new one where there is none. NULL when memory is short.
 */
static struct running *running_of(struct episodes *episodes, const struct event *event,
                                  const char *contact)
{
    struct running *running = NULL;
    _cleanup_free_ char *key =
        mem_printf("%c%s", contact ? 'c' : 's', contact ? contact : event->session);
    if (!key)
        return NULL;
    const size_t length = strlen(key);
    HASH_FIND(hh, episodes->table, key, length, running);
    return running ? running : start(episodes, event, contact, key, length);
}

static void improve(struct episode *episode, enum episode_outcome outcome)
{
    if (outcome < episode->outcome)
        episode->outcome = outcome;
}

/* The first search that knows its language tells the episode's; until one comes, the first article
 * viewed does. */
static bool learn_language(struct episodes *episodes, struct running *running,
                           const struct event *event)
{
    struct episode *episode = &running->episode;
    const char *lang = NULL;
    if (event->type == EVENT_SEARCH && event->lang && !running->lang_by_search) {
        running->lang_by_search = true;
        episode->lang = mem_free(episode->lang);
        lang = event->lang;
    } else if (event->type == EVENT_VIEW && !episode->lang && event->article &&
               episodes->options.article_lang) {
        lang = episodes->options.article_lang(episodes->options.article_lang_arg, event->article);
    }
    return !lang || (episode->lang = mem_strdup(lang));
}

static bool absorb(struct episodes *episodes, struct running *running, const struct event *event)
{
    struct episode *episode = &running->episode;
    if (!learn_language(episodes, running, event) ||
        mem_grow(&episode->events, &running->capacity, episode->count, sizeof *episode->events) < 0)
        return false;
    struct event *copy = event_copy(event);
    if (!copy)
        return false;
    episode->events[episode->count++] = copy;
    episode->last_ms = event->at_ms;
    DL_DELETE(episodes->oldest, running);
    DL_APPEND(episodes->oldest, running);

    if (event->type == EVENT_CONTACT || (event->type == EVENT_SEARCH && event->place == PLACE_FORM))
        episode->counted = true;
    if (event->type == EVENT_SEARCH && event->place == PLACE_SEARCH)
        episode->searched = true;
    if (event->type == EVENT_VIEW)
        improve(episode, EPISODE_READ);
    if (event->type == EVENT_SOLVED)
        improve(episode, EPISODE_SOLVED);
    if (event->type == EVENT_TICKET)
        improve(episode, EPISODE_TICKET);
    return true;
}

bool episodes_add(struct episodes *episodes, const struct event *event)
{
    bool withdrawn;
    struct session *session = find_session(episodes, event);
    if (session && session->marks)
        return tell_left_out(episodes, session, event->at_ms);
    if (!is_withdrawn(episodes->withdrawn, event, &withdrawn))
        return false;
    const char *contact = contact_of(episodes, session, event);
    if (withdrawn || (!contact && str_empty(event->session)))
        return true;
    if (!sweep(episodes, event->at_ms))
        return false;
    struct running *running = running_of(episodes, event, contact);
    if (!running || !absorb(episodes, running, event))
        return false;
    return event->type != EVENT_TICKET || hand_out(episodes, running);
}

bool episodes_finish(struct episodes *episodes)
{
    while (episodes->oldest) {
        if (!hand_out(episodes, episodes->oldest))
            return false;
    }
    return true;
}

int episodes_order(const struct event *a, const struct event *b)
{
    const bool a_ticket = a->type == EVENT_TICKET, b_ticket = b->type == EVENT_TICKET;
    if (a->at_ms != b->at_ms)
        return a->at_ms < b->at_ms ? -1 : 1;
    if (a_ticket != b_ticket)
        return a_ticket ? 1 : -1;
    return (a->sequence > b->sequence) - (a->sequence < b->sequence);
}

static int compare_events(const void *a, const void *b)
{
    return episodes_order(a, b);
}

bool episodes_of(const struct episodes_options *options, struct event *events, size_t count)
{
    _cleanup_(episodes_freep) struct episodes *episodes = episodes_new(options);
    if (!episodes)
        return false;
    if (count > 0)
        qsort(events, count, sizeof *events, compare_events);
    for (size_t i = 0; i < count; i++) {
        if (!episodes_note(episodes, &events[i]))
            return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!episodes_add(episodes, &events[i]))
            return false;
    }
    return episodes_finish(episodes);
}

bool episodes_lang_fits(const char *lang, const char *wanted)
{
    if (!wanted)
        return true;
    if (!lang)
        return false;
    const size_t length = strlen(wanted);
    return strncasecmp(lang, wanted, length) == 0 && (lang[length] == '\0' || lang[length] == '-');
}
