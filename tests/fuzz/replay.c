/* replay.c: a plain driver for fuzz targets: feeds them their corpus, so that `make check` replays
 * what fuzzing has found without libFuzzer. Arguments are files or folders; without any:
 * $SRCDIR/tests/fuzz/corpus/FUZZ_CORPUS. */
#include "base/file.h"
#include "base/str.h"

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define LARGEST (16 * 1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t replay_file(const char *path)
{
    _cleanup_free_ char *bytes = NULL;
    size_t length;
    struct error err;
    if (file_read(path, LARGEST, &bytes, &length, &err) != STATUS_OK) {
        (void)fprintf(stderr, "%s\n", err.message);
        exit(1);
    }
    (void)LLVMFuzzerTestOneInput((const uint8_t *)bytes, length);
    return 1;
}

static size_t replay(const char *path)
{
    struct stat info;
    size_t count = 0;
    DIR *dir = stat(path, &info) == 0 && S_ISDIR(info.st_mode) ? opendir(path) : NULL;
    if (!dir)
        return replay_file(path);
    for (const struct dirent *found; (found = readdir(dir));) {
        _cleanup_free_ char *inner = file_join(path, found->d_name);
        if (found->d_name[0] != '.' && inner)
            count += replay(inner);
    }
    (void)closedir(dir);
    return count;
}

int main(int argc, char **argv)
{
    const char *source = getenv("SRCDIR");
    _cleanup_free_ char *corpus =
        file_join(source ? source : ".", "tests/fuzz/corpus/" FUZZ_CORPUS);
    size_t count = 0;
    for (int i = 1; i < argc; i++)
        count += replay(argv[i]);
    if (argc == 1 && corpus)
        count = replay(corpus);
    (void)printf("%zu inputs replayed\n", count);
    return count > 0 ? 0 : 1;
}
