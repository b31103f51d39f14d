/* cmd_serve.c: `deflect serve`: runs the service until a signal ends it. */
#include "cli/cli.h"

#include "app/reindex.h"
#include "base/log.h"
#include "cli/problems.h"
#include "cli/supervisor.h"
#include "http/server.h"

#include <signal.h>
#include <time.h>
#include <unistd.h>

enum { STOP_SECONDS = 10 };

/* Configurations that were in force since the start: what runs may still use an earlier one. */
struct history {
    struct config **configs;
    size_t count, capacity;
};

static void history_done(struct history *history)
{
    for (size_t i = 0; i < history->count; i++) {
        config_done(history->configs[i]);
        mem_free(history->configs[i]);
    }
    mem_free(history->configs);
}

static void configure_log(const struct config *config)
{
    enum log_level lowest = LOG_LEVEL_INFO;
    (void)log_level_parse(config->log_level, &lowest);
    log_configure(lowest, config->log_json ? LOG_FORMAT_JSON : LOG_FORMAT_TEXT);
}

static void block_signals(sigset_t *signals)
{
    (void)sigemptyset(signals);
    (void)sigaddset(signals, SIGTERM);
    (void)sigaddset(signals, SIGINT);
    (void)sigaddset(signals, SIGHUP);
    (void)pthread_sigmask(SIG_BLOCK, signals, NULL);
}

static enum status reload(struct cli *cli, struct service *service, struct http_server *server,
                          struct history *history, struct error *err)
{
    struct config *config;
    const struct config *before = service_config(service);
    enum status status;
    if (mem_grow(&history->configs, &history->capacity, history->count, sizeof *history->configs) ||
        !(config = mem_zero(1, sizeof *config)))
        return error_memory(err);
    status = cli_load_config(cli, config, err);
    if (status) {
        mem_free(config);
        return status;
    }
    history->configs[history->count++] = config;
    status = service_check_config(service, config, err);
    if (status)
        return status;
    service_set_config(service, config);
    status = http_server_reload(server, err);
    if (status)
        service_set_config(service, before);
    else
        configure_log(config);
    return status;
}

/* The next signal; 0 when WATCHDOG_MS are over first. */
static int next_signal(const sigset_t *signals, int64_t watchdog_ms)
{
    struct timespec limit = {.tv_sec = watchdog_ms / 1000, .tv_nsec = watchdog_ms % 1000 * 1000000};
    int number = watchdog_ms ? sigtimedwait(signals, NULL, &limit) : sigwaitinfo(signals, NULL);
    return number > 0 ? number : 0;
}

static void reload_and_tell(struct cli *cli, struct service *service, struct http_server *server,
                            struct history *history)
{
    struct error err;
    supervisor_tell_reloading();
    if (reload(cli, service, server, history, &err))
        log_error("config.refused", &err);
    else
        log_event(LOG_LEVEL_INFO, "config.reloaded", "file", service_config(service)->file, NULL);
    supervisor_tell("READY=1");
}

static void wait_for_end(struct cli *cli, struct service *service, struct http_server *server,
                         const sigset_t *signals, struct history *history)
{
    int64_t watchdog_ms = supervisor_watchdog_ms();
    for (;;) {
        int number = next_signal(signals, watchdog_ms);
        if (number == SIGTERM || number == SIGINT)
            return;
        if (number == SIGHUP)
            reload_and_tell(cli, service, server, history);
        http_server_touch(server);
        supervisor_tell("WATCHDOG=1");
    }
}

/* While everything is indexed for the first time, a signal to stop may end the program at once: the
 * index stays whole. */
static enum status index_first(struct service *service, struct error *err)
{
    struct reindex_counts counts;
    sigset_t stopping;
    enum status status = service_watch(service, err);
    if (status)
        return status;
    (void)sigemptyset(&stopping);
    (void)sigaddset(&stopping, SIGTERM);
    (void)sigaddset(&stopping, SIGINT);
    (void)pthread_sigmask(SIG_UNBLOCK, &stopping, NULL);
    status = service_reindex(service, false, &cli_reindex_listener, &counts, err);
    cli_progress_done();
    (void)pthread_sigmask(SIG_BLOCK, &stopping, NULL);
    return status;
}

static int run(struct cli *cli, struct service *service, const sigset_t *signals,
               struct history *history)
{
    struct http_options options = {.listen = cli->config.listen, .listen_fd = -1};
    struct http_server *server = NULL;
    struct error err;
    if (supervisor_take_socket(&options.listen_fd, &err) || index_first(service, &err) ||
        http_server_start(service, &options, &server, &err))
        return cli_fail(&err);
    (void)printf("listening on %s\n", http_server_url(server));
    (void)fflush(stdout);
    supervisor_tell("READY=1");
    wait_for_end(cli, service, server, signals, history);
    (void)alarm(STOP_SECONDS); /* what was acknowledged is on disk, whatever still hangs */
    supervisor_tell("STOPPING=1");
    log_event(LOG_LEVEL_INFO, "stopping", NULL);
    (void)http_server_stop(server);
    return CLI_DONE;
}

int cmd_serve(struct cli *cli)
{
    struct service *service = NULL;
    struct history history = {.configs = NULL};
    struct error err;
    sigset_t signals;
    int code;
    mem_serve();
    configure_log(&cli->config);
    block_signals(&signals);
    if (service_open(&cli->config, SERVICE_SERVER, &service, &err))
        return cli_fail(&err);
    code = run(cli, service, &signals, &history);
    (void)service_close(service);
    history_done(&history);
    return code;
}
