/* token.c: the names of roles. */
#include "store/store.h"

#include "base/str.h"

static const char *const names[] = {
    [ROLE_NONE] = "none",
    [ROLE_AGENT] = "agent",
    [ROLE_WRITER] = "writer",
    [ROLE_ADMIN] = "admin",
};

const char *token_role_name(enum token_role role)
{
    return names[role];
}

bool token_role_parse(const char *name, enum token_role *ret)
{
    for (size_t i = ROLE_AGENT; i < ARRAY_LENGTH(names); i++) {
        if (str_equal(name, names[i])) {
            *ret = (enum token_role)i;
            return true;
        }
    }
    return false;
}
