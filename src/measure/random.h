/* random.h: numbers that look random and are the same for the same seed, on every machine: for
 * simulation and tests only.
 *
 * xoshiro256** seeded by splitmix64 (D. Blackman, S. Vigna, ACM Trans. Math. Softw. 47 (2021) 36;
 * https://prng.di.unimi.it/). */
#ifndef DEFLECT_MEASURE_RANDOM_H
#define DEFLECT_MEASURE_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct random {
    uint64_t state[4];
};

void random_seed(struct random *random, uint64_t seed);
uint64_t random_next(struct random *random);
/* 0 <= x < 1, in steps of 2^-53. */
double random_unit(struct random *random);
/* 0 <= x < bound; bound > 0. */
size_t random_below(struct random *random, size_t bound);
bool random_chance(struct random *random, double probability);
double random_exponential(struct random *random, double mean);
/* Poisson with this mean (0 to 1e6), by counting exponential gaps. */
int64_t random_poisson(struct random *random, double mean);

#endif
