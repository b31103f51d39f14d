/* confidence.c: the model and its thresholds. */
#include "index/confidence.h"

#include <math.h>

#define RIVALS 20      /* candidates that the first is weighed against */
#define MARGIN_MOST 5.0

/* Chosen on the safe side of what scripts/learn-confidence finds. */
#define HIGH_CHANCE 0.75
#define MEDIUM_CHANCE 0.45
#define CAUTION_STEP 0.05

/* Learned by scripts/learn-confidence. */
#define WEIGHT_ONE (-2.756)
#define WEIGHT_MARGIN 0.433
static const struct {
    enum rank_feature feature;
    double weight;
} weights[] = {
    {RANK_CALLED, 2.437},    {RANK_LABEL_SAID, 1.569}, {RANK_EVIDENCE, 1.364},
    {RANK_PAST_VOTE, 2.310}, {RANK_PAST_WORDS, 0.950}, {RANK_NEAR, 1.067},
};

/* The logarithm of the odds that the softmax over the scores gives the candidate. */
static double margin(const struct rank_candidate *candidates, size_t count, size_t which)
{
    double others = 0;
    for (size_t i = 0; i < count && i <= RIVALS; i++)
        if (i != which)
            others += exp(candidates[i].score - candidates[which].score);
    return fmin(MARGIN_MOST, -log(others + 1e-3));
}

double confidence_chance(const struct rank_candidate *candidates, size_t count, size_t which)
{
    double sum = WEIGHT_ONE + WEIGHT_MARGIN * margin(candidates, count, which);
    for (size_t i = 0; i < sizeof weights / sizeof *weights; i++)
        sum += weights[i].weight * candidates[which].features[weights[i].feature];
    return 1 / (1 + exp(-sum));
}

double index_high_chance(int caution)
{
    return HIGH_CHANCE + CAUTION_STEP * caution;
}

enum index_confidence confidence_level(const struct rank_candidate *candidates, size_t count, size_t which, int caution)
{
    double chance = confidence_chance(candidates, count, which);
    return chance >= index_high_chance(caution) ? CONFIDENCE_HIGH : chance >= MEDIUM_CHANCE ? CONFIDENCE_MEDIUM : CONFIDENCE_LOW;
}
