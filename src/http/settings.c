/* settings.c: parses the configuration's lists and composes the pages' content security policies. */
#include "http/settings.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"

enum { POLICY_BYTES = 16384 };

static enum status read_origins(struct http_settings *settings, char *const *texts, struct error *err)
{
    char origin[CORS_ORIGIN_SIZE];
    for (; texts && *texts; texts++) {
        const char *text = *texts;
        if (strcmp(text, "*") != 0) {
            if (!cors_origin_of(text, origin)) {
                (void)error_set(err, STATUS_UNPROCESSABLE, "origins: \"%s\" is no origin", text);
                error_hint(err, "write scheme and host, such as https://www.example.com");
                return STATUS_UNPROCESSABLE;
            }
            text = origin;
        }
        if (!strv_append(&settings->origins, slice_of(text)))
            return error_memory(err);
    }
    return STATUS_OK;
}

/* Appends " SOURCE" for each of LIST; a source holds neither white space nor ';' or ',' (it would end the directive). */
static enum status add_sources(struct buf *policy, const char *key, char *const *list, struct error *err)
{
    for (; list && *list; list++) {
        if (!**list || strpbrk(*list, " \t\r\n;,'\""))
            return error_set(err, STATUS_UNPROCESSABLE, "%s: \"%s\" is no host or origin", key, *list);
        buf_add_char(policy, ' ');
        buf_add_str(policy, *list);
    }
    return STATUS_OK;
}

/* Pages load what this server has, under either of its names, and images of config `image_hosts`; nothing inline. */
static enum status compose_policy(const struct http_settings *settings, char *const *ancestors, char **ret,
                                  struct error *err)
{
    _cleanup_buf_ struct buf policy = BUF_INIT(POLICY_BYTES);
    const char *own = settings->own_origin;
    enum status status;
    buf_printf(&policy,
               "default-src 'none'; script-src 'self' %s; style-src 'self' %s; connect-src 'self' %s; "
               "font-src 'self'; media-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
               "img-src 'self' data: %s",
               own, own, own, own);
    status = add_sources(&policy, "image_hosts", settings->config->image_hosts, err);
    if (status)
        return status;
    buf_add_str(&policy, "; frame-ancestors ");
    buf_add_str(&policy, ancestors && *ancestors ? "'self'" : "'none'");
    status = add_sources(&policy, "frame_ancestors", ancestors, err);
    if (status)
        return status;
    *ret = buf_take(&policy);
    return *ret ? STATUS_OK : error_memory(err);
}

static enum status fill(struct http_settings *settings, const char *public_url, struct error *err)
{
    const struct config *config = settings->config;
    enum status status;
    settings->public_url = mem_strdup(public_url);
    if (!settings->public_url)
        return error_memory(err);
    if (!cors_origin_of(public_url, settings->own_origin)) {
        (void)error_set(err, STATUS_UNPROCESSABLE, "public_url: \"%s\" is no address", public_url);
        error_hint(err, "write the address that customers see, such as https://help.example.com");
        return STATUS_UNPROCESSABLE;
    }
    settings->secure = str_starts(settings->own_origin, "https:");
    if ((status = read_origins(settings, config->origins, err)))
        return status;
    settings->cors = (struct cors_rules){settings->own_origin, settings->origins};
    if ((status = network_list_read(config->staff_networks, "staff_networks", &settings->staff, err)))
        return status;
    if ((status = network_list_read(config->trusted_proxies, "trusted_proxies", &settings->trusted_proxies, err)))
        return status;
    if (config->rate_limit > 0 && (status = ratelimit_new(config->rate_limit, &settings->ratelimit, err)))
        return status;
    if ((status = compose_policy(settings, NULL, &settings->page_policy, err)))
        return status;
    if ((status = compose_policy(settings, config->frame_ancestors, &settings->frame_policy, err)))
        return status;
    return strings_load(config->articles, &settings->strings, err);
}

enum status http_settings_new(const struct config *config, const char *public_url, struct http_settings **ret,
                              struct error *err)
{
    _cleanup_(http_settings_freep) struct http_settings *settings = mem_zero(1, sizeof *settings);
    enum status status;
    if (!settings)
        return error_memory(err);
    settings->config = config;
    status = fill(settings, public_url, err);
    if (!status)
        *ret = steal_pointer(&settings);
    return status;
}

struct http_settings *http_settings_free(struct http_settings *settings)
{
    while (settings) {
        struct http_settings *older = settings->older;
        mem_free(settings->public_url);
        strv_free(settings->origins);
        network_list_done(&settings->staff);
        network_list_done(&settings->trusted_proxies);
        ratelimit_free(settings->ratelimit);
        mem_free(settings->page_policy);
        mem_free(settings->frame_policy);
        strings_free(settings->strings);
        mem_free(settings);
        settings = older;
    }
    return NULL;
}
