/* store_test.c: what the tests of the store share. */
#include "store_test.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/str.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <time.h>

char *folder_make(void)
{
    const char *parent = getenv("TMPDIR");
    char *folder = mem_printf("%s/deflect-store-XXXXXX", parent ? parent : "/tmp");
    assert_non_null(folder);
    assert_non_null(mkdtemp(folder));
    return folder;
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *where)
{
    (void)info;
    (void)type;
    (void)where;
    return remove(path);
}

void folder_remove(char *folder)
{
    assert_int_equal(nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
    (void)mem_free(folder);
}

struct store *open_store(const char *folder)
{
    struct error err = {0};
    struct store *store = NULL;
    if (store_open(&(struct store_options){.folder = folder}, &store, &err))
        fail_msg("cannot open: %s", err.message);
    return store;
}

struct event event_of(const char *json)
{
    _cleanup_json_ json_t *object = NULL;
    struct event event = {0};
    struct error err = {0};
    if (json_read(slice_of(json), &object, &err) || event_from_export(object, &event, &err))
        fail_msg("%s: %s", json, err.message);
    return event;
}

enum event_outcome append(struct store *store, const char *json)
{
    _cleanup_event_ struct event event = event_of(json);
    enum event_outcome outcome;
    struct error err = {0};
    if (store_append(store, &event, 1, &outcome, &err))
        fail_msg("cannot append: %s", err.message);
    return outcome;
}

static bool add_id(void *arg, const struct event *event)
{
    struct buf *list = arg;
    buf_printf(list, "%s%s", list->length ? " " : "", event->id);
    return true;
}

char *ids_of(struct store *store, const char *session)
{
    _cleanup_buf_ struct buf list = BUF_INIT(1 << 24);
    struct error err = {0};
    enum status status = session
                             ? store_each_session_event(store, session, add_id, &list, &err)
                             : store_each_event(store, INT64_MIN, INT64_MAX, add_id, &list, &err);
    if (status)
        fail_msg("cannot read: %s", err.message);
    return buf_take(&list);
}

struct sought {
    const char *id;
    char *text;
};

static bool keep_text(void *arg, const struct event *event)
{
    struct sought *sought = arg;
    if (!str_equal(event->id, sought->id))
        return true;
    _cleanup_json_ json_t *object = event_to_json(event);
    sought->text = json_text(object);
    return false;
}

char *event_text(struct store *store, const char *id)
{
    struct sought sought = {id, NULL};
    assert_int_equal(store_each_event(store, INT64_MIN, INT64_MAX, keep_text, &sought, NULL),
                     STATUS_OK);
    return sought.text;
}

int store_setup(void **state)
{
    static struct fixture fixture;
    fixture.folder = folder_make();
    fixture.store = open_store(fixture.folder);
    *state = &fixture;
    return 0;
}

int store_teardown(void **state)
{
    struct fixture *fixture = *state;
    fixture->store = store_close(fixture->store);
    folder_remove(fixture->folder);
    return 0;
}

struct store *store_of(void **state)
{
    return ((struct fixture *)*state)->store;
}

double cpu_us(void)
{
    struct timespec now;
    assert_int_equal(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now), 0);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}
