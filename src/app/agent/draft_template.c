/* draft_template.c: the built-in templates, and the team's own. */
#include "app/agent/draft_template.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/str.h"

#include <ctype.h>

enum { TEMPLATE_BYTES = 16384, LANG_BYTES = 35 };

static const struct {
    const char *lang, *text;
} templates[] = {
    {"en", "Hello,\n\n{passage}\n\nMore about this: {link}\n\nIf this does not answer your question, "
           "just reply to this message: a person will read it.\n"},
    {"de", "Guten Tag,\n\n{passage}\n\nMehr dazu: {link}\n\nFalls das Ihre Frage nicht beantwortet, "
           "antworten Sie einfach auf diese Nachricht: Ein Mensch liest sie.\n"},
    {"es", "Hola:\n\n{passage}\n\nMás información: {link}\n\nSi esto no responde a tu pregunta, "
           "contesta a este mensaje: lo leerá una persona.\n"},
    {"fr", "Bonjour,\n\n{passage}\n\nPour en savoir plus : {link}\n\nSi cela ne répond pas à votre "
           "question, répondez à ce message : une personne le lira.\n"},
    {"pt", "Olá,\n\n{passage}\n\nMais sobre isto: {link}\n\nSe isto não responde à sua pergunta, "
           "responda a esta mensagem: uma pessoa irá lê-la.\n"},
    {"it", "Buongiorno,\n\n{passage}\n\nPer saperne di più: {link}\n\nSe questo non risponde alla sua "
           "domanda, risponda a questo messaggio: lo leggerà una persona.\n"},
    {"nl", "Hallo,\n\n{passage}\n\nMeer hierover: {link}\n\nBeantwoordt dit uw vraag niet, antwoord dan "
           "op dit bericht: een mens leest het.\n"},
    {"ja", "お問い合わせありがとうございます。\n\n{passage}\n\n詳しくはこちら: {link}\n\n"
           "解決しない場合は、このメッセージにご返信ください。担当者が拝見します。\n"},
};

/* A language tag may stand in a file's name: letters, digits and '-' only. */
static bool is_tag(const char *lang)
{
    size_t length = strlen(lang);
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)lang[i]) && lang[i] != '-')
            return false;
    return length > 0 && length <= LANG_BYTES;
}

static enum status read_own(const char *articles, const char *lang, size_t length, char **ret,
                            struct error *err)
{
    _cleanup_free_ char *path =
        mem_printf("%s/_deflect/drafts/%.*s.txt", articles, (int)length, lang);
    size_t bytes;
    enum status status =
        path ? file_read(path, TEMPLATE_BYTES, ret, &bytes, err) : error_memory(err);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static const char *built_in(const char *lang, size_t length)
{
    for (size_t i = 0; i < ARRAY_LENGTH(templates); i++)
        if (slice_equal(slice_of(templates[i].lang), (struct slice){lang, length}))
            return templates[i].text;
    return templates[0].text;
}

enum status draft_template(const char *articles, const char *lang, char **ret, struct error *err)
{
    const char *tag = lang && is_tag(lang) ? lang : "en";
    size_t primary = strcspn(tag, "-");
    char *text = NULL;
    enum status status = read_own(articles, tag, strlen(tag), &text, err);
    if (!status && !text && primary < strlen(tag))
        status = read_own(articles, tag, primary, &text, err);
    if (!status && !text && !(text = mem_strdup(built_in(tag, primary))))
        status = error_memory(err);
    if (!status)
        *ret = text;
    return status;
}
