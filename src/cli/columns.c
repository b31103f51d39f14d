/* columns.c: names of columns, as help desks export them. */
#include "cli/columns.h"

#include "base/str.h"

#include <ctype.h>
#include <string.h>

enum { NAME_SIZE = 64 };

/* In small letters, letters and digits only. */
static const struct {
    const char *name;
    const char *guesses; /* apart by spaces; the field's own name first */
} fields[] = {
    [FIELD_ID] = {"id", "id ticketid ticketnumber ticketno number key issuekey requestid caseid "
                        "casenumber conversationid"},
    [FIELD_SUBJECT] = {"subject", "subject title summary ticketsubject betreff asunto sujet"},
    [FIELD_BODY] = {"body", "body description text message content question firstmessage "
                            "firstcomment initialmessage descriptiontext"},
    [FIELD_CATEGORY] = {"category", "category type tickettype issuetype group queue product topic"},
    [FIELD_STATUS] = {"status", "status state ticketstatus"},
    [FIELD_CREATED] = {"created", "created createdat createddate createdtime creationdate date "
                                  "opened openedat opendate submitted submittedat datecreated"},
    [FIELD_SOLVED] = {"solved", "solved solvedat closed closedat closedate resolved resolvedat "
                                "resolutiondate resolvedtime closedtime completedat"},
    [FIELD_CONTACT] = {"contact", "contact email requesteremail requester customeremail customer "
                                  "from sender contactemail useremail"},
};

const char *ticket_field_name(enum ticket_field field)
{
    return fields[field].name;
}

static enum ticket_field field_called(struct slice name)
{
    for (size_t i = 0; i < TICKET_FIELDS; i++)
        if (slice_equal(name, slice_of(fields[i].name)))
            return (enum ticket_field)i;
    return TICKET_FIELDS;
}

static bool is_guess(const char *guesses, struct slice name)
{
    struct slice rest = slice_of(guesses), guess;
    while (slice_split(&rest, ' ', &guess))
        if (slice_equal(guess, name))
            return true;
    return false;
}

/* The field that COLUMN is mapped to by the Nth --map; TICKET_FIELDS: it is about another column. */
static enum ticket_field mapped(const char *map, const char *column)
{
    const char *equals = strrchr(map, '=');
    if (!equals || !slice_equal((struct slice){map, (size_t)(equals - map)}, slice_of(column)))
        return TICKET_FIELDS;
    return field_called(slice_of(equals + 1));
}

enum ticket_field ticket_field_of(const struct cli *cli, const char *name)
{
    char plain[NAME_SIZE];
    size_t length = 0;
    const char *map;
    for (size_t i = 0; (map = cli_option_at(cli, "map", i)); i++) {
        enum ticket_field field = mapped(map, name);
        if (field != TICKET_FIELDS)
            return field;
    }
    for (const char *p = name; *p && length < sizeof plain; p++)
        if (isalnum((unsigned char)*p))
            plain[length++] = (char)tolower((unsigned char)*p);
    for (size_t i = 0; i < TICKET_FIELDS; i++)
        if (length && is_guess(fields[i].guesses, (struct slice){plain, length}))
            return (enum ticket_field)i;
    return TICKET_FIELDS;
}

enum status ticket_fields_check(const struct cli *cli, struct error *err)
{
    const char *map;
    for (size_t i = 0; (map = cli_option_at(cli, "map", i)); i++) {
        const char *equals = strrchr(map, '=');
        if (equals && field_called(slice_of(equals + 1)) != TICKET_FIELDS)
            continue;
        enum status status = error_set(err, STATUS_INVALID, "--map %s is no COLUMN=FIELD", map);
        error_hint(err, "fields: id subject body category status created solved contact");
        return status;
    }
    return STATUS_OK;
}
