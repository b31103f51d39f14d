/* service_fixture.c: makes and removes the service of a test. */
#include "service_fixture.h"

#include "base/clock.h"
#include "base/file.h"
#include "unit.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

void open_service(struct fixture *fixture)
{
    struct error err;
    assert_int_equal(service_open(&fixture->config, SERVICE_COMMAND, &fixture->service, &err), STATUS_OK);
}

void open_fixture(struct fixture *fixture)
{
    struct error err;
    (void)snprintf(fixture->folder, sizeof fixture->folder, "/tmp/deflect-test-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    (void)snprintf(fixture->articles, sizeof fixture->articles, "%s/articles", fixture->folder);
    assert_int_equal(file_make_folder(fixture->articles, 0755, &err), STATUS_OK);
    assert_int_equal(config_init(&fixture->config, &err), STATUS_OK);
    assert_int_equal(config_set(&fixture->config, "data", fixture->folder, "the test", &err), STATUS_OK);
    assert_int_equal(config_set(&fixture->config, "articles", fixture->articles, "the test", &err), STATUS_OK);
    open_service(fixture);
}

void close_fixture(struct fixture *fixture)
{
    (void)service_close(fixture->service);
    config_done(&fixture->config);
    (void)nftw(fixture->folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    clock_set_for_test(-1);
}
