/* rank.h: how well an article answers a question: a few features, each a number about the two, and their weighted sum.
 *
 * This is the one place of ranking. The features are explained at their names in rank.c and in docs/ranking.md; their weights were
 * learned by scripts/learn-weights over many knowledge bases together and are the same for every one. */
#ifndef DEFLECT_INDEX_RANK_H
#define DEFLECT_INDEX_RANK_H

#include "index/question.h"
#include "index/signature.h"

enum rank_feature {
    RANK_EVIDENCE,    /* BM25F over all fields: the more of a long question is found, the more it tells */
    RANK_SECTION,     /* BM25 of the best section with its heading */
    RANK_NEAR,        /* words that follow each other in the question and stand together in the text */
    RANK_CALLED,      /* how much of the question title, questions, name, place and tags say together */
    RANK_CALLED_LONG, /* the same, counting more in longer questions, where it is harder to come by */
    RANK_LABEL_SAID,  /* how much of the title, or of one of the article's questions, the question says */
    RANK_PHRASE,      /* words that follow each other in question and label alike */
    RANK_NAME,        /* cosine with the file's name */
    RANK_HEADING,     /* best cosine of a section's heading */
    RANK_LANGUAGE,    /* 1 where the article is in the language asked for, 0.5 in the default language */
    RANK_PAST_VOTE,   /* its share in the votes of the past tickets most like the question */
    RANK_PAST_WORDS,  /* how much likelier its past tickets are to be worded so than others (naive Bayes) */
    RANK_PAST_THIRD,  /* product of the cosines with its second and third likest past tickets: three alike are no chance */
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

/* What past tickets say of an article (learned.h); all 0 where there are none. */
struct rank_past {
    double vote;     /* of the tickets most like the question */
    double like[3];  /* cosines with its three likest tickets */
    double words;    /* log of how much likelier its tickets are to be worded so */
    double votes;    /* of all articles */
    double coverage; /* chance that a question is about an article that has tickets */
    double tickets;  /* weight of the article's tickets */
};
struct rank_candidate {
    uint32_t document;
    uint64_t article;         /* hash of its id */
    uint32_t translation_key, lang;
    double features[RANK_FEATURES];
    struct rank_past past;
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

/* Takes what past tickets say into features and score. */
void rank_add_past(struct rank_candidate *candidate, const struct rank_past *past);

/* Fills features, score and section of CANDIDATE from the article's signature. */
void rank_score(const struct rank_question *question, const struct rank_collection *collection,
                const struct signature *signature, struct rank_candidate *candidate);

#endif
