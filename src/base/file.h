/* file.h: whole files in and out. */
#ifndef DEFLECT_BASE_FILE_H
#define DEFLECT_BASE_FILE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Reads the regular file PATH, at most CAP bytes, into a fresh NUL-terminated string.
 * Owns: the caller. Errors: NOT_FOUND, TOO_LARGE, IO, OUT_OF_MEMORY. */
enum status file_read(const char *path, size_t cap, char **ret, size_t *ret_length,
                      struct error *err);

/* As file_read, for PATH below the open directory DIR_FD; no symbolic link is followed in the last
 * component. */
enum status file_read_at(int dir_fd, const char *path, size_t cap, char **ret, size_t *ret_length,
                         struct error *err);

/* Replaces PATH by LENGTH bytes, whole or not at all (temporary file, fsync, rename, fsync of the
 * folder), with permissions MODE. Errors: IO, OUT_OF_MEMORY. */
enum status file_write(const char *path, const void *bytes, size_t length, mode_t mode,
                       struct error *err);

/* Writes all LENGTH bytes at offset AT of the open file FD; false: not all, with errno. */
bool file_put_at(int fd, const void *bytes, size_t length, uint64_t at);

/* Creates the folder PATH and the missing ones above it, with MODE. An existing one is no error. */
enum status file_make_folder(const char *path, mode_t mode, struct error *err);

/* FOLDER "/" NAME in a fresh string; NULL when memory is short. Owns: the caller. */
char *file_join(const char *folder, const char *name);

bool file_exists(const char *path);

void file_closep(int *fd);
#define _cleanup_close_ _cleanup_(file_closep)

#endif
