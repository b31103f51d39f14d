/* visitors.c: made-up visitors of a running server, by the clock: they type a question, read articles and say what they did.
 *
 * Usage: visitors PORT SECONDS RATE CLIENTS INTERVAL NAME QUESTIONS ARTICLES ACKNOWLEDGED
 *   RATE          requests a second, sent when they are due; 0: as fast as CLIENTS connections are answered
 *   INTERVAL      seconds between two lines of figures on standard output, JSON each
 *   NAME          begins the ids of sessions and events
 *   QUESTIONS     file: a question a line; ARTICLES: ids likewise
 *   ACKNOWLEDGED  file: written, a line "ID COUNT" for each batch of events that was acknowledged; its events are
 *                 called ID-0 to ID-(COUNT - 1)
 *
 * Three hundred visitors are there at a time and take turns; each makes ten requests, from an address of its own
 * (X-Forwarded-For: the server must trust 127.0.0.1). */
#include "load.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { AT_A_TIME = 300, STEPS = 10, MOST_LINES = 100000, MOST_SAMPLES = 1 << 20 };

enum kind { TYPED, FINAL, PAGE, EVENTS, KINDS };
static const char *const kind_names[KINDS] = {"typed", "final", "page", "events"};
static const enum kind steps[STEPS] = {TYPED, TYPED, TYPED, TYPED, TYPED, FINAL, PAGE, EVENTS, PAGE, EVENTS};

struct samples {
    float *us;
    size_t count, failed;
};

struct visitors {
    const char *name;
    char *questions[MOST_LINES], *articles[MOST_LINES];
    size_t question_count, article_count;
    struct samples samples[KINDS];
    FILE *acknowledged;
    int64_t begun_us, interval_us, next_us;
    char request[8192], body[4096];
};

/* Who makes request NUMBER, and which of its ten. */
struct turn {
    size_t visitor;
    unsigned step;
};

/* They do not walk in step: each begins a request later than the one before it. */
static struct turn turn_of(size_t number)
{
    size_t place = number % AT_A_TIME, round = number / AT_A_TIME + place % STEPS;
    return (struct turn){round / STEPS * AT_A_TIME + place, (unsigned)(round % STEPS)};
}

/* A number that looks random and is the same each time (splitmix64, Steele, Lea and Flood 2014). */
static uint64_t scatter(uint64_t value)
{
    value += 0x9e3779b97f4a7c15u;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
    return value ^ (value >> 31);
}

static const char *pick(char *const *lines, size_t count, uint64_t seed)
{
    return lines[scatter(seed) % count];
}

/* ---- Requests ---- */

static void add_head(struct visitors *visitors, size_t visitor, const char *method, const char *path)
{
    size_t length = strlen(visitors->request);
    (void)snprintf(visitors->request + length, sizeof visitors->request - length,
                   "%s %s HTTP/1.1\r\nHost: help.example.com\r\nX-Forwarded-For: 10.%zu.%zu.%zu\r\n"
                   "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n"
                   "Accept: */*\r\nAccept-Language: en-GB,en;q=0.5\r\n",
                   method, path, visitor >> 16 & 255, visitor >> 8 & 255, visitor & 255);
}

/* The question of VISITOR: two out of the list, so that most were never asked before. */
static void make_question(const struct visitors *visitors, size_t visitor, char *out, size_t size)
{
    const char *first = pick(visitors->questions, visitors->question_count, visitor);
    const char *second = pick(visitors->questions, visitors->question_count, visitor ^ 0x5555555555u);
    (void)snprintf(out, size, "%s%s%.*s", first, visitor % 4 ? " " : "", visitor % 4 ? (int)strcspn(second, " ") : 0, second);
}

static void encode(const char *text, size_t length, char *out, size_t size)
{
    size_t at = 0;
    for (size_t i = 0; i < length && at + 4 < size; i++) {
        unsigned char c = (unsigned char)text[i];
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
            out[at++] = (char)c;
        else
            at += (size_t)snprintf(out + at, 4, "%%%02X", c);
    }
    out[at] = '\0';
}

static void ask(struct visitors *visitors, struct turn turn, bool final)
{
    char question[512], encoded[1600], path[2000];
    size_t length;
    make_question(visitors, turn.visitor, question, sizeof question);
    length = final ? strlen(question) : strlen(question) * (turn.step + 1) / (STEPS / 2);
    encode(question, length, encoded, sizeof encoded);
    (void)snprintf(path, sizeof path, "/v1/suggest?q=%s&final=%d&session=%s-%zu", encoded, final, visitors->name, turn.visitor);
    add_head(visitors, turn.visitor, "GET", path);
    (void)strcat(visitors->request, "\r\n");
}

static const char *article_of(const struct visitors *visitors, struct turn turn)
{
    return pick(visitors->articles, visitors->article_count, turn.visitor * 2 + (turn.step >= STEPS - 2));
}

static void read_page(struct visitors *visitors, struct turn turn)
{
    char path[512];
    (void)snprintf(path, sizeof path, "/articles/%s", article_of(visitors, turn));
    add_head(visitors, turn.visitor, "GET", path);
    (void)strcat(visitors->request, "\r\n");
}

/* Writes the body of request NUMBER: three events. */
static void tell_events(struct visitors *visitors, size_t number, struct turn turn)
{
    const char *name = visitors->name, *article = article_of(visitors, turn);
    bool files = turn.step == STEPS - 1 && turn.visitor % 3 == 0;
    char last[256] = "\"type\":\"contact\"";
    if (!files)
        (void)snprintf(last, sizeof last, "\"type\":\"vote\",\"article\":\"%s\",\"value\":\"%s\"", article,
                       turn.visitor % 4 ? "up" : "down");
    (void)snprintf(visitors->body, sizeof visitors->body,
                   "{\"session\":\"%s-%zu\",\"events\":["
                   "{\"type\":\"view\",\"id\":\"%s-%zu-0\",\"article\":\"%s\",\"source\":\"widget\",\"rank\":%zu},"
                   "{\"type\":\"read\",\"id\":\"%s-%zu-1\",\"article\":\"%s\",\"ms\":%zu,\"scroll\":0.8},"
                   "{%s,\"id\":\"%s-%zu-2\"}]}",
                   name, turn.visitor, name, number, article, turn.visitor % 5 + 1, name, number, article,
                   turn.visitor % 60000, last, name, number);
}

enum { EVENTS_IN_BATCH = 3 };

static void send_events(struct visitors *visitors, size_t number, struct turn turn)
{
    size_t length;
    tell_events(visitors, number, turn);
    add_head(visitors, turn.visitor, "POST", "/v1/events");
    length = strlen(visitors->request);
    (void)snprintf(visitors->request + length, sizeof visitors->request - length,
                   "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s", strlen(visitors->body), visitors->body);
}

static const char *make_request(void *arg, size_t number)
{
    struct visitors *visitors = arg;
    struct turn turn = turn_of(number);
    visitors->request[0] = '\0';
    switch (steps[turn.step]) {
    case TYPED: ask(visitors, turn, false); break;
    case FINAL: ask(visitors, turn, true); break;
    case PAGE: read_page(visitors, turn); break;
    default: send_events(visitors, number, turn); break;
    }
    return visitors->request;
}

/* ---- Figures ---- */

static int compare(const void *a, const void *b)
{
    float left = *(const float *)a, right = *(const float *)b;
    return (left > right) - (left < right);
}

static void print_kind(struct samples *samples, const char *name)
{
    qsort(samples->us, samples->count, sizeof *samples->us, compare);
    (void)printf(",\"%s\":{\"count\":%zu,\"failed\":%zu,\"p50_ms\":%.3f,\"p99_ms\":%.3f}", name, samples->count, samples->failed,
                 samples->count ? (double)samples->us[samples->count / 2] / 1000 : 0.0,
                 samples->count ? (double)samples->us[samples->count * 99 / 100] / 1000 : 0.0);
    samples->count = samples->failed = 0;
}

static void print_figures(struct visitors *visitors)
{
    (void)printf("{\"seconds\":%.1f", (double)(visitors->next_us - visitors->begun_us) / 1e6);
    for (int kind = 0; kind < KINDS; kind++)
        print_kind(&visitors->samples[kind], kind_names[kind]);
    (void)printf("}\n");
    (void)fflush(stdout);
    (void)fflush(visitors->acknowledged);
}

/* Whether ANSWER says that all of the batch was taken. */
static bool is_acknowledged(const struct load_answer *answer)
{
    char wanted[32];
    (void)snprintf(wanted, sizeof wanted, "\"accepted\":%d,", EVENTS_IN_BATCH);
    return answer->status == 202 && strstr(answer->text, wanted);
}

static void answered(void *arg, const struct load_answer *answer)
{
    struct visitors *visitors = arg;
    enum kind kind = steps[turn_of(answer->number).step];
    struct samples *samples = &visitors->samples[kind];
    bool good = kind == EVENTS ? is_acknowledged(answer) : answer->status == 200;
    while (answer->done_us >= visitors->next_us) {
        print_figures(visitors);
        visitors->next_us += visitors->interval_us;
    }
    if (samples->count < MOST_SAMPLES)
        samples->us[samples->count++] = (float)(answer->done_us - answer->due_us);
    samples->failed += !good;
    if (good && kind == EVENTS)
        (void)fprintf(visitors->acknowledged, "%s-%zu %d\n", visitors->name, answer->number, EVENTS_IN_BATCH);
    if (!good)
        (void)fprintf(stderr, "visitors: %s %zu: status %d\n", kind_names[kind], answer->number, answer->status);
}

/* ---- Start ---- */

static size_t read_lines(const char *path, char **lines)
{
    FILE *file = fopen(path, "r");
    char line[512];
    size_t count = 0;
    while (file && count < MOST_LINES && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        lines[count++] = strdup(line);
    }
    if (!count) {
        perror(path);
        exit(1);
    }
    (void)fclose(file);
    return count;
}

int main(int count, char **args)
{
    static struct visitors visitors;
    struct load load = {.make_request = make_request, .answered = answered, .arg = &visitors};
    struct load_result result;
    struct timespec now;
    if (count != 10)
        return 2;
    load.port = (uint16_t)strtoul(args[1], NULL, 10);
    load.seconds = strtod(args[2], NULL);
    load.rate = strtod(args[3], NULL);
    load.clients = (unsigned)strtoul(args[4], NULL, 10);
    visitors.interval_us = (int64_t)(strtod(args[5], NULL) * 1e6);
    visitors.name = args[6];
    visitors.question_count = read_lines(args[7], visitors.questions);
    visitors.article_count = read_lines(args[8], visitors.articles);
    visitors.acknowledged = fopen(args[9], "w");
    for (int kind = 0; kind < KINDS; kind++)
        visitors.samples[kind].us = calloc(MOST_SAMPLES, sizeof *visitors.samples[kind].us);
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    visitors.begun_us = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
    visitors.next_us = visitors.begun_us + visitors.interval_us;
    result = load_run(&load);
    print_figures(&visitors);
    (void)printf("{\"total\":%zu,\"per_second\":%.1f,\"p50_ms\":%.3f,\"p99_ms\":%.3f}\n", result.answers, result.per_second,
                 result.p50_us / 1000, result.p99_us / 1000);
    return fclose(visitors.acknowledged) != 0;
}
