/* image.c: how large an image is, read from its first bytes. */
#include "article/image.h"

#include "article/markup.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"

#include <unistd.h>

struct size {
    uint32_t width, height;
};

static uint32_t byte_at(struct slice bytes, size_t i)
{
    return i < bytes.length ? (unsigned char)bytes.ptr[i] : 0;
}

static uint32_t big_16(struct slice bytes, size_t i)
{
    return byte_at(bytes, i) << 8 | byte_at(bytes, i + 1);
}

static uint32_t little_16(struct slice bytes, size_t i)
{
    return byte_at(bytes, i + 1) << 8 | byte_at(bytes, i);
}

static uint32_t little_24(struct slice bytes, size_t i)
{
    return byte_at(bytes, i + 2) << 16 | little_16(bytes, i);
}

static bool holds(struct slice bytes, size_t i, const char *mark, size_t length)
{
    return i + length <= bytes.length && memcmp(bytes.ptr + i, mark, length) == 0;
}

static bool size_of_png(struct slice head, struct size *ret)
{
    if (head.length < 24 || !holds(head, 0, "\x89PNG\r\n\x1a\n", 8) || !holds(head, 12, "IHDR", 4))
        return false;
    *ret = (struct size){big_16(head, 16) << 16 | big_16(head, 18),
                         big_16(head, 20) << 16 | big_16(head, 22)};
    return true;
}

static bool size_of_gif(struct slice head, struct size *ret)
{
    if (head.length < 10 || (!holds(head, 0, "GIF87a", 6) && !holds(head, 0, "GIF89a", 6)))
        return false;
    *ret = (struct size){little_16(head, 6), little_16(head, 8)};
    return true;
}

/* True for the markers that start a frame; C4, C8 and CC mean something else. */
static bool is_frame(uint32_t marker)
{
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

static bool size_of_jpeg(struct slice head, struct size *ret)
{
    size_t i = 2;
    if (!holds(head, 0, "\xFF\xD8\xFF", 3))
        return false;
    while (i + 9 <= head.length && byte_at(head, i) == 0xFF) {
        uint32_t marker = byte_at(head, i + 1);
        if (marker == 0xFF) { /* padding */
            i++;
        } else if (is_frame(marker)) {
            *ret = (struct size){big_16(head, i + 7), big_16(head, i + 5)};
            return true;
        } else {
            i += 2 + big_16(head, i + 2);
        }
    }
    return false;
}

static bool size_of_webp(struct slice head, struct size *ret)
{
    if (head.length < 30 || !holds(head, 0, "RIFF", 4) || !holds(head, 8, "WEBP", 4))
        return false;
    if (holds(head, 12, "VP8X", 4)) {
        *ret = (struct size){little_24(head, 24) + 1, little_24(head, 27) + 1};
    } else if (holds(head, 12, "VP8L", 4) && byte_at(head, 20) == 0x2F) {
        uint32_t bits = little_16(head, 21) | little_16(head, 23) << 16;
        *ret = (struct size){(bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1};
    } else if (holds(head, 12, "VP8 ", 4) && holds(head, 23, "\x9D\x01\x2A", 3)) {
        *ret = (struct size){little_16(head, 26) & 0x3FFF, little_16(head, 28) & 0x3FFF};
    } else {
        return false;
    }
    return true;
}

/* A length in pixels: a number, "px" or nothing behind it. */
static bool read_pixels(struct slice text, uint32_t *ret)
{
    double value;
    text = slice_trim(text);
    if (text.length > 2 &&
        str_equal_ascii_case((struct slice){text.ptr + text.length - 2, 2}, SLICE_LITERAL("px")))
        text.length -= 2;
    if (!str_to_double(text, &value) || value < 1 || value > 100000)
        return false;
    *ret = (uint32_t)(value + 0.5);
    return true;
}

/* Width and height at the end of a viewBox: "0 0 640 480". */
static bool read_view_box(struct slice text, struct size *ret)
{
    uint32_t *const places[] = {NULL, NULL, &ret->width, &ret->height};
    size_t start = 0, end;
    for (size_t part = 0; part < ARRAY_LENGTH(places); part++, start = end) {
        while (start < text.length && strchr(" ,\t\n", text.ptr[start]))
            start++;
        for (end = start; end < text.length && !strchr(" ,\t\n", text.ptr[end]);)
            end++;
        if (places[part] &&
            !read_pixels((struct slice){text.ptr + start, end - start}, places[part]))
            return false;
    }
    return true;
}

static bool size_of_svg(struct slice head, struct size *ret)
{
    struct markup_tag tag;
    const char *start = head.length ? memmem(head.ptr, head.length, "<svg", 4) : NULL;
    if (!start ||
        !markup_read_tag((struct slice){start, head.length - (size_t)(start - head.ptr)}, &tag))
        return false;
    return (read_pixels(markup_attribute(tag.attributes, "width"), &ret->width) &&
            read_pixels(markup_attribute(tag.attributes, "height"), &ret->height)) ||
           read_view_box(markup_attribute(tag.attributes, "viewBox"), ret);
}

bool image_size(struct slice head, uint32_t *ret_width, uint32_t *ret_height)
{
    struct size size = {0, 0};
    bool found = size_of_png(head, &size) || size_of_gif(head, &size) ||
                 size_of_jpeg(head, &size) || size_of_webp(head, &size) || size_of_svg(head, &size);
    if (!found || size.width == 0 || size.height == 0)
        return false;
    *ret_width = size.width;
    *ret_height = size.height;
    return true;
}

bool image_size_of_file(int fd, uint32_t *ret_width, uint32_t *ret_height)
{
    _cleanup_free_ char *head = mem_alloc(LIMIT_IMAGE_HEAD);
    size_t length = 0;
    ssize_t got = head ? 1 : 0;
    while (got > 0 && length < LIMIT_IMAGE_HEAD) {
        got = pread(fd, head + length, LIMIT_IMAGE_HEAD - length, (off_t)length);
        length += got > 0 ? (size_t)got : 0;
    }
    return length > 0 && image_size((struct slice){head, length}, ret_width, ret_height);
}
