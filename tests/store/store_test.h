/* store_test.h: what the tests of the store share: a folder of their own, events in one line, what
 * was read back.
 *
 * They know the store by its public headers alone, so that another database behind them passes the
 * same tests. */
#ifndef DEFLECT_TESTS_STORE_TEST_H
#define DEFLECT_TESTS_STORE_TEST_H

#include "../unit/unit.h"

#include "store/store.h"

/* A fresh folder under TMPDIR, removed by folder_remove with all in it. Owns: the caller. */
char *folder_make(void);
void folder_remove(char *folder);

/* A store in a fresh folder for each test: the state that cmocka's setup makes, and the store in it. */
struct fixture {
    char *folder;
    struct store *store;
};
int store_setup(void **state);
int store_teardown(void **state);
struct store *store_of(void **state);

/* Opens FOLDER for commands; fails the test where that fails. */
struct store *open_store(const char *folder);

/* An event from JSON as an export holds it; fails the test where it is not valid. */
struct event event_of(const char *json);

/* Appends one such event and returns what became of it. */
enum event_outcome append(struct store *store, const char *json);

/* The ids of events in the order of delivery, joined by spaces; owns: the caller. SESSION NULL: of
 * all. */
char *ids_of(struct store *store, const char *session);

/* The event with this id as its export shows it (one line of JSON), NULL where there is none; owns:
 * the caller. */
char *event_text(struct store *store, const char *id);

/* Processor time that this thread has used, in microseconds. To be compared with itself only, and only where what is
 * told apart differs by far. */
double cpu_us(void);

#endif
