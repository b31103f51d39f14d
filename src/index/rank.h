/* rank.h: how well an article answers a question: a few features, each a number about the two, and their weighted sum.
 *
 * This is the one place of ranking. The features are explained at their names in rank.c and in docs/ranking.md; their weights were
 * learned by scripts/learn-weights over many knowledge bases together and are the same for every one. */
#ifndef DEFLECT_INDEX_RANK_H
#define DEFLECT_INDEX_RANK_H

#include "index/question.h"
#include "index/signature.h"

enum rank_feature {
    RANK_WORDS,       /* BM25F over all fields, as a share of the most possible */
    RANK_TITLE,       /* tf-idf cosine of question and title */
    RANK_LABEL,       /* the same, best of title and the article's questions */
    RANK_PHRASE,      /* words that follow each other in question and label alike */
    RANK_TITLE_SAID,  /* how much of the title the question says */
    RANK_NAME,        /* cosine with the file's name */
    RANK_HEADING,     /* best cosine of a section's heading */
    RANK_SECTION,     /* BM25 of the best section with its heading */
    RANK_COVERAGE,    /* how much of the question the article has anywhere */
    RANK_NEAR,        /* words that follow each other in the question and stand together in the text */
    RANK_SUMMARY,     /* how much of the question the summary or the lead has */
    RANK_TAGS,        /* how much of the question the tags have */
    RANK_LANGUAGE,    /* 1 where the article is in the question's language, or the one preferred */
    RANK_PAST_LIKE,   /* cosine of the question and the article's likest past ticket */
    RANK_PAST_VOTE,   /* its share in the votes of the past tickets most like the question */
    RANK_PAST_WORDS,  /* how much likelier its past tickets are to be worded so than others (naive Bayes) */
    RANK_FEATURES
};

/* The feature's name as `--explain` shows it. Static. */
const char *rank_feature_name(enum rank_feature feature);

/* The collection as far as ranking needs it. */
typedef float rank_idf_fn(void *arg, uint32_t key);
struct rank_collection {
    rank_idf_fn *idf; /* of any word */
    void *idf_arg;
    double body_words; /* average of an article */
    double section_words;
    uint32_t lang, second_lang; /* keys of the languages preferred */
};

struct rank_candidate {
    uint32_t document;
    uint64_t article;         /* hash of its id */
    uint32_t translation_key, lang;
    double features[RANK_FEATURES];
    double score;
    uint32_t section;         /* the one that answers best */
};

/* What is worked out once for a question. Plain data. */
struct rank_question {
    const struct question *question;
    uint64_t next[QUESTION_WORDS]; /* words that follow a word in the subject at once or behind a stop word */
    double label_norm;             /* length of the subject's vector */
    double pair_weight;            /* of all pairs of words that follow each other */
};
void rank_prepare(const struct question *question, struct rank_question *ret);

/* What past tickets say of an article (learned.h); all 0 where there are none. */
struct rank_past {
    double like, vote, words;
    double votes;    /* of all articles */
    double coverage; /* chance that a question is about an article that has tickets */
};
void rank_add_past(struct rank_candidate *candidate, const struct rank_past *past);

/* Fills features, score and section of CANDIDATE from the article's signature. */
void rank_score(const struct rank_question *question, const struct rank_collection *collection,
                const struct signature *signature, struct rank_candidate *candidate);

#endif
