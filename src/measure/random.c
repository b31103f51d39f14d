/* random.c: see random.h. */
#include "measure/random.h"

#include <math.h>

static uint64_t rotate(uint64_t x, int k)
{
    return (x << k) | (x >> (64 - k));
}

void random_seed(struct random *random, uint64_t seed)
{
    for (size_t i = 0; i < 4; i++) {
        seed += UINT64_C(0x9e3779b97f4a7c15);
        uint64_t z = seed;
        z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
        random->state[i] = z ^ (z >> 31);
    }
}

uint64_t random_next(struct random *random)
{
    uint64_t *s = random->state;
    const uint64_t result = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

double random_unit(struct random *random)
{
    return (double)(random_next(random) >> 11) * 0x1.0p-53;
}

size_t random_below(struct random *random, size_t bound)
{
    return (size_t)(random_unit(random) * (double)bound);
}

bool random_chance(struct random *random, double probability)
{
    return random_unit(random) < probability;
}

double random_exponential(struct random *random, double mean)
{
    return -mean * log1p(-random_unit(random));
}

int64_t random_poisson(struct random *random, double mean)
{
    int64_t count = -1;
    for (double left = mean; left >= 0; count++)
        left -= random_exponential(random, 1);
    return count;
}
