/* doctor.h: what `deflect doctor` looks at: what an examination gets, and what it gives. */
#ifndef DEFLECT_CLI_DOCTOR_H
#define DEFLECT_CLI_DOCTOR_H

#include "app/service.h"
#include "cli/cli.h"

/* What one examination found. */
struct finding {
    bool bad;
    char text[512];
    char hint[512]; /* what mends it, a command where there is one */
};

struct patient {
    struct cli *cli;
    struct service *service; /* NULL: it did not open */
    struct error opening;
};

typedef void doctor_examination(const struct patient *patient, struct finding *finding);

/* Says what was found; and what is wrong, with what mends it (HINT NULL: nothing). */
void doctor_found(struct finding *finding, const char *format, ...) __attribute__((format(printf, 2, 3)));
void doctor_found_error(struct finding *finding, const struct error *err);
void doctor_found_bad(struct finding *finding, const char *hint, ...) __attribute__((format(printf, 2, 3)));

/* The machine: clock, folders, rights, room, port, certificate (doctor_machine.c). */
doctor_examination doctor_clock, doctor_articles, doctor_permissions, doctor_writing, doctor_room, doctor_port,
    doctor_certificate;

#endif
