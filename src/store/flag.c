/* flag.c: names of flags. */
#include "store/flag.h"

static const char *const kind_names[] = {
    [FLAG_MISSING] = "missing",
    [FLAG_OUTDATED] = "outdated",
    [FLAG_WRONG] = "wrong",
    [FLAG_UNCLEAR] = "unclear",
};
static const char *const state_names[] = {
    [FLAG_OPEN] = "open",
    [FLAG_TAKEN] = "taken",
    [FLAG_DONE] = "done",
};

const char *flag_kind_name(enum flag_kind kind)
{
    return kind_names[kind];
}

bool flag_kind_parse(struct slice name, enum flag_kind *ret)
{
    for (size_t i = 0; i < ARRAY_LENGTH(kind_names); i++) {
        if (slice_equal(name, slice_of(kind_names[i]))) {
            *ret = (enum flag_kind)i;
            return true;
        }
    }
    return false;
}

const char *flag_state_name(enum flag_state state)
{
    return state_names[state];
}

bool flag_state_parse(struct slice name, enum flag_state *ret)
{
    for (size_t i = 0; i < ARRAY_LENGTH(state_names); i++) {
        if (slice_equal(name, slice_of(state_names[i]))) {
            *ret = (enum flag_state)i;
            return true;
        }
    }
    return false;
}
