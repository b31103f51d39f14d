/* request.c: see request.h. */
#include "measure/request.h"

#include "base/str.h"

#include <string.h>

#define BODY_BYTES 1000
#define TITLE_BYTES 200

static const struct event *last_search(const struct episode *episode)
{
    for (size_t i = episode->count; i-- > 0;) {
        if (episode->events[i]->type == EVENT_SEARCH && !str_empty(episode->events[i]->query))
            return episode->events[i];
    }
    return NULL;
}

bool request_words_of(const struct episode *episode, const struct event *ticket,
                      struct request_words *ret)
{
    const struct event *search = last_search(episode);
    if (!str_empty(ticket->subject) || !str_empty(ticket->body))
        *ret = (struct request_words){ticket->subject, ticket->body, episode->lang};
    else if (search)
        *ret = (struct request_words){search->query, NULL, search->lang};
    else
        return false;
    return true;
}

char *request_text(const struct request_words *words)
{
    const struct slice body = slice_of(words->body ? words->body : "");
    return mem_printf("%s\n%.*s", words->subject ? words->subject : "",
                      (int)utf8_cut(body, BODY_BYTES), body.ptr);
}

char *request_title(const struct request_words *words)
{
    struct slice rest =
                     slice_trim(slice_of(str_empty(words->subject) ? words->body : words->subject)),
                 line;
    if (!slice_split(&rest, '\n', &line))
        line = (struct slice){"", 0};
    return mem_strndup(line.ptr, utf8_cut(line, TITLE_BYTES));
}
