/* image.h: how large an image is, read from its first bytes. */
#ifndef DEFLECT_ARTICLE_IMAGE_H
#define DEFLECT_ARTICLE_IMAGE_H

#include "base/slice.h"

#include <stdbool.h>
#include <stdint.h>

/* The size in pixels of a PNG, GIF, JPEG, WebP or SVG image that starts with HEAD. False where HEAD
 * is none of these, or does not tell (a JPEG whose frame comes later, an SVG without size).
 * Threads: any. Formats: PNG (ISO 15948), GIF89a, JPEG (ITU T.81, B.2), WebP container (RFC 9649),
 * SVG 2 (section 8). */
bool image_size(struct slice head, uint32_t *ret_width, uint32_t *ret_height);

/* As image_size, for the open file FD, from its start; the file's position stays. */
bool image_size_of_file(int fd, uint32_t *ret_width, uint32_t *ret_height);

#endif
