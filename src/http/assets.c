/* assets.c: serves the files that are compiled in, compressed where the client takes that. */
#include "http/assets.h"

#include "base/json.h"
#include "base/str.h"
#include "http/embedded.h"
#include "http/settings.h"
#include "http/strings.h"

/* True when Accept-Encoding names gzip without refusing it by "q=0". */
static bool accepts_gzip(const struct request *request)
{
    const char *accepted = request_header(request, "Accept-Encoding");
    struct slice rest = slice_of(accepted), part;
    while (slice_split(&rest, ',', &part)) {
        struct slice name, quality = part;
        (void)slice_split(&quality, ';', &name);
        if (str_equal_ascii_case(slice_trim(name), SLICE_LITERAL("gzip"))) {
            struct slice value = slice_trim(quality);
            return !slice_equal(value, SLICE_LITERAL("q=0")) && !slice_starts(value, SLICE_LITERAL("q=0.0"));
        }
    }
    return false;
}

static enum status serve(struct request *request, const struct embedded_file *file, const char *cache)
{
    reply_cache(request, cache);
    request->reply.vary_encoding = file->gzip != NULL;
    if (reply_etag_is(request, file->digest))
        return STATUS_OK;
    if (!file->gzip || !accepts_gzip(request))
        return reply_fixed(request, 200, file->mime, file->bytes, file->length);
    reply_header(request, "Content-Encoding", "gzip");
    return reply_fixed(request, 200, file->mime, file->gzip, file->gzip_length);
}

/* The company's own words for the widget's texts FILE ("/assets/widget.de.….json"); NULL where there are none. */
static const json_t *own_widget_texts(const struct request *request, const struct embedded_file *file)
{
    static const char prefix[] = "/assets/widget.";
    char lang[16] = {0};
    const char *start = file->url + strlen(prefix);
    size_t length;
    if (!str_starts(file->url, prefix) || (length = strcspn(start, ".")) >= sizeof lang)
        return NULL;
    memcpy(lang, start, length);
    return json_object_get(strings_texts(request->settings->strings, lang), "widget");
}

/* The widget's texts with the company's own words over them; these may change, so they are cached for minutes. */
static enum status serve_widget_texts(struct request *request, const struct embedded_file *file, const json_t *own,
                                      struct error *err)
{
    json_t *texts = NULL;
    enum status status = json_read((struct slice){(const char *)file->bytes, file->length}, &texts, err);
    if (status != STATUS_OK)
        return status;
    (void)json_object_update_recursive(texts, (json_t *)own);
    reply_cache(request, "public, max-age=300");
    return reply_json(request, 200, texts, err);
}

enum status assets_get(struct request *request, struct error *err)
{
    const struct embedded_file *file = embedded_find_url(request->path);
    const json_t *own;
    if (!file)
        return error_set(err, STATUS_NOT_FOUND, "there is no asset of this name");
    if ((own = own_widget_texts(request, file)))
        return serve_widget_texts(request, file, own, err);
    return serve(request, file, "public, max-age=31536000, immutable");
}

enum status assets_get_widget(struct request *request, struct error *err)
{
    const struct embedded_file *file = embedded_find(request->path + 1);
    if (!file)
        return error_set(err, STATUS_NOT_FOUND, "this build has no widget");
    return serve(request, file, "public, max-age=300");
}
