/* assets.c: serves the files that are compiled in, compressed where the client takes that. */
#include "http/assets.h"

#include "base/str.h"
#include "http/embedded.h"

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

enum status assets_get(struct request *request, struct error *err)
{
    const struct embedded_file *file = embedded_find_url(request->path);
    if (!file)
        return error_set(err, STATUS_NOT_FOUND, "there is no asset of this name");
    return serve(request, file, "public, max-age=31536000, immutable");
}

enum status assets_get_widget(struct request *request, struct error *err)
{
    const struct embedded_file *file = embedded_find(request->path + 1);
    if (!file)
        return error_set(err, STATUS_NOT_FOUND, "this build has no widget");
    return serve(request, file, "public, max-age=300");
}
