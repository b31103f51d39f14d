/* language.c: the table of languages. */
#include "text/language.h"

#include <ctype.h>
#include <string.h>

static const struct language languages[] = {
    {"ar", "arabic", false, false, false},
    {"bg", NULL, false, false, false},
    {"ca", "catalan", false, false, true},
    {"cs", NULL, false, false, false},
    {"da", "danish", false, true, false},
    {"de", "german", false, true, false},
    {"el", "greek", false, false, false},
    {"en", "english", false, false, false},
    {"es", "spanish", false, false, false},
    {"et", NULL, false, false, false},
    {"eu", "basque", false, false, false},
    {"fa", NULL, false, false, false},
    {"fi", "finnish", false, true, false},
    {"fr", "french", false, false, true},
    {"ga", "irish", false, false, false},
    {"gl", NULL, false, false, false},
    {"he", NULL, false, false, false},
    {"hi", "hindi", false, false, false},
    {"hr", NULL, false, false, false},
    {"hu", "hungarian", false, true, false},
    {"hy", "armenian", false, false, false},
    {"id", "indonesian", false, false, false},
    {"it", "italian", false, false, true},
    {"ja", NULL, true, false, false},
    {"ko", NULL, true, false, false},
    {"lt", "lithuanian", false, false, false},
    {"lv", NULL, false, false, false},
    {"ne", "nepali", false, false, false},
    {"nl", "dutch", false, true, false},
    {"no", "norwegian", false, true, false},
    {"pl", NULL, false, false, false},
    {"pt", "portuguese", false, false, false},
    {"ro", "romanian", false, false, false},
    {"ru", "russian", false, false, false},
    {"sk", NULL, false, false, false},
    {"sl", NULL, false, false, false},
    {"sr", "serbian", false, false, false},
    {"sv", "swedish", false, true, false},
    {"ta", "tamil", false, false, false},
    {"th", NULL, true, false, false},
    {"tr", "turkish", false, false, false},
    {"uk", NULL, false, false, false},
    {"vi", NULL, false, false, false},
    {"yi", "yiddish", false, false, false},
    {"zh", NULL, true, false, false},
};

_Static_assert(sizeof languages / sizeof *languages <= LANGUAGES_MOST, "LANGUAGES_MOST is too small");

static const struct {
    const char code[4];
    const char *words;
} stop_lists[] = {
#include "text/stopwords.inc"
};

/* Courtesies that no stop list has, and contractions with their apostrophe dropped. */
static const struct {
    const char code[4];
    const char *words;
} more_stop_words[] = {
    {"de", "bitte danke hallo guten tag liebe grüße "},
    {"en", "please thanks thank hello hi hey dear regards sorry does doing done were am im ive id dont doesnt didnt cant cannot "
           "couldnt wont wouldnt isnt arent wasnt hasnt havent whats whos hows theres thats its shall may us "},
    {"es", "por favor gracias hola buenos días cómo que qué cuando cuándo dónde es son hay puedo tengo quiero mis tu te "},
    {"fr", "bonjour merci svp cordialement comment quand est-ce peux puis voudrais "},
    {"it", "ciao grazie prego salve buongiorno come posso vorrei "},
    {"nl", "hallo dank bedankt alstublieft graag hoe kan ik wanneer "},
    {"pt", "olá obrigado obrigada por favor bom dia como posso quero onde "},
};

/* Other tags for languages of the table. */
static const struct {
    const char other[4], code[4];
} aliases[] = {{"nb", "no"}, {"nn", "no"}, {"iw", "he"}, {"in", "id"}};

const struct language *language_find(const char *tag)
{
    char code[4] = "";
    for (size_t i = 0; tag && i < 4; i++) {
        if (!isalpha((unsigned char)tag[i])) {
            if (tag[i] && tag[i] != '-' && tag[i] != '_')
                return NULL;
            break;
        }
        if (i == 3)
            return NULL;
        code[i] = (char)tolower((unsigned char)tag[i]);
    }
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (memcmp(aliases[i].other, code, sizeof code) == 0)
            memcpy(code, aliases[i].code, sizeof code);
    for (size_t i = 0; i < language_count(); i++)
        if (memcmp(languages[i].code, code, sizeof code) == 0)
            return &languages[i];
    return NULL;
}

size_t language_count(void)
{
    return sizeof languages / sizeof *languages;
}

const struct language *language_at(size_t index)
{
    return &languages[index];
}

size_t language_index(const struct language *language)
{
    return (size_t)(language - languages);
}

const char *language_stop_words(const struct language *language)
{
    for (size_t i = 0; i < sizeof stop_lists / sizeof *stop_lists; i++)
        if (strcmp(stop_lists[i].code, language->code) == 0)
            return stop_lists[i].words;
    return "";
}

const char *language_courtesies(const struct language *language)
{
    for (size_t i = 0; i < sizeof more_stop_words / sizeof *more_stop_words; i++)
        if (strcmp(more_stop_words[i].code, language->code) == 0)
            return more_stop_words[i].words;
    return "";
}
