/* ticket_columns.c: names of columns, as help desks export them. */
#include "app/ticket/ticket_columns.h"

#include "base/str.h"

#include <ctype.h>
#include <string.h>

enum { NAME_SIZE = 64, MAP_SIZE = 256 };

/* In small letters, letters and digits only, the surest first; apart by spaces. */
static const struct {
    const char *name;
    const char *guesses;
} fields[] = {
    [FIELD_ID] = {"id", "ticketid ticketnumber ticketno conversationnumber number id key issuekey "
                        "requestid caseid casenumber conversationid"},
    [FIELD_SUBJECT] = {"subject", "subject title summary ticketsubject betreff asunto sujet"},
    [FIELD_BODY] = {"body", "body descriptiontext description text message content question "
                            "firstmessage firstcomment initialmessage preview"},
    [FIELD_CATEGORY] = {"category", "category type tickettype issuetype group groupname queue "
                                    "product topic mailbox mailboxname"},
    [FIELD_STATUS] = {"status", "status state statename ticketstatus"},
    [FIELD_CREATED] = {"created", "created createdat createddate createdtime creationdate date "
                                  "opened openedat opendate submitted submittedat datecreated"},
    [FIELD_SOLVED] = {"solved", "solved solvedat resolved resolvedat resolvedtime resolutiondate "
                                "statsresolvedat metricsetsolvedat closed closedat closeat "
                                "closedate closedtime statsclosedat completedat"},
    [FIELD_CONTACT] = {"contact", "contact email requesteremail customeremail primarycustomeremail "
                                  "contactemail useremail from sender requester customer"},
    [FIELD_NAME] = {"name", "requestername customername contactname fullname primarycustomerfirst "
                            "primarycustomerlast customerfirstname customerlastname requester "
                            "customer"},
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

/* The place of NAME among GUESSES, from 1; 0: it is none of them. */
static unsigned guess_rank(const char *guesses, struct slice name)
{
    struct slice rest = slice_of(guesses), guess;
    for (unsigned rank = 1; slice_split(&rest, ' ', &guess); rank++)
        if (slice_equal(guess, name))
            return rank;
    return 0;
}

/* What stands before the last '=' of MAP. */
static struct slice map_column(const char *map)
{
    const char *equals = strrchr(map, '=');
    return (struct slice){map, equals ? (size_t)(equals - map) : 0};
}

/* Letters and digits of NAME in small letters; "#" is read as "number". */
static struct slice plain_name(const char *name, char plain[NAME_SIZE])
{
    size_t length = 0;
    for (const char *c = name; *c && length < NAME_SIZE; c++) {
        if (isalnum((unsigned char)*c))
            plain[length++] = (char)tolower((unsigned char)*c);
        for (const char *n = "number"; *c == '#' && *n && length < NAME_SIZE; n++)
            plain[length++] = *n;
    }
    return (struct slice){plain, length};
}

enum ticket_field ticket_field_of(char *const *maps, const char *name, unsigned *ret_rank)
{
    char plain[NAME_SIZE];
    const struct slice key = plain_name(name, plain);
    *ret_rank = 0;
    for (size_t i = 0; maps && maps[i]; i++)
        if (slice_equal(map_column(maps[i]), slice_of(name)))
            return field_called(slice_of(strrchr(maps[i], '=') + 1));
    for (size_t i = 0; i < TICKET_FIELDS && key.length; i++)
        if ((*ret_rank = guess_rank(fields[i].guesses, key)))
            return (enum ticket_field)i;
    return TICKET_FIELDS;
}

enum status ticket_maps_check(char *const *maps, struct error *err)
{
    for (size_t i = 0; maps && maps[i]; i++) {
        const char *equals = strrchr(maps[i], '=');
        if (equals && field_called(slice_of(equals + 1)) != TICKET_FIELDS)
            continue;
        enum status status = error_set(err, STATUS_INVALID, "--map %s is no COLUMN=FIELD", maps[i]);
        error_hint(err, "fields: id subject body category status created solved contact name");
        return status;
    }
    return STATUS_OK;
}

static const char *nearest_of(char *const *columns, const char *name)
{
    const char *nearest = NULL;
    unsigned least = NAME_SIZE;
    for (size_t i = 0; columns && columns[i]; i++) {
        const unsigned distance = str_distance(name, columns[i], least);
        if (distance < least) {
            least = distance;
            nearest = columns[i];
        }
    }
    return nearest;
}

enum status ticket_maps_match(char *const *maps, char *const *columns, struct error *err)
{
    for (size_t i = 0; maps && maps[i]; i++) {
        const struct slice column = map_column(maps[i]);
        _cleanup_free_ char *name = mem_strndup(column.ptr, utf8_cut(column, MAP_SIZE));
        if (!name)
            return error_memory(err);
        if (strv_contains(columns, name))
            continue;
        const char *nearest = nearest_of(columns, name);
        enum status status = error_set(err, STATUS_INVALID,
                                       "--map %s: the file has no column \"%s\"", maps[i], name);
        if (nearest)
            error_hint(err, "the nearest is \"%s\"", nearest);
        return status;
    }
    return STATUS_OK;
}
