/* service_fixture.h: a service in a folder of its own, for tests of what works on a whole one. */
#ifndef DEFLECT_TESTS_SERVICE_FIXTURE_H
#define DEFLECT_TESTS_SERVICE_FIXTURE_H

#include "app/service.h"

struct fixture {
    char folder[64];   /* its data */
    char articles[96]; /* a folder in it, empty at first */
    struct config config;
    struct service *service;
};

/* Makes the folder and opens the service; fails the test where that fails. */
void open_fixture(struct fixture *fixture);

/* Opens the service again after service_close. */
void open_service(struct fixture *fixture);

/* Closes the service, removes the folder, and lets the clock go again. */
void close_fixture(struct fixture *fixture);

#endif
