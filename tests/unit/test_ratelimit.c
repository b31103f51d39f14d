/* test_ratelimit.c: token buckets, by a clock that the test moves. */
#include "unit.h"

#include "http/ratelimit.h"

#include <pthread.h>
#include <string.h>

#define SECOND INT64_C(1000000)

static struct address address(const char *text)
{
    struct address ret;
    assert_true(address_parse(slice_of(text), &ret));
    return ret;
}

static struct ratelimit *limit_of(int64_t per_minute)
{
    struct ratelimit *limit;
    assert_int_equal(ratelimit_new(per_minute, &limit, NULL), STATUS_OK);
    return limit;
}

static void a_burst_is_a_quarter_and_refills_evenly(void **state)
{
    struct ratelimit *limit = limit_of(120); /* burst 30, two a second */
    struct address client = address("192.0.2.1");
    int64_t now = 1000 * SECOND;
    (void)state;
    for (int i = 0; i < 30; i++)
        assert_int_equal(ratelimit_take(limit, &client, now), 0);
    assert_int_equal(ratelimit_take(limit, &client, now), 1);
    now += SECOND;
    assert_int_equal(ratelimit_take(limit, &client, now), 0);
    assert_int_equal(ratelimit_take(limit, &client, now), 0);
    assert_int_equal(ratelimit_take(limit, &client, now), 1);
    now += 3600 * SECOND; /* never more than the burst */
    for (int i = 0; i < 30; i++)
        assert_int_equal(ratelimit_take(limit, &client, now), 0);
    assert_int_equal(ratelimit_take(limit, &client, now), 1);
    ratelimit_free(limit);
}

static void waiting_as_told_is_enough(void **state)
{
    struct ratelimit *limit = limit_of(4); /* burst 1, one in 15 s */
    struct address client = address("192.0.2.1");
    int64_t now = 5 * SECOND;
    unsigned wait_s;
    (void)state;
    assert_int_equal(ratelimit_take(limit, &client, now), 0);
    wait_s = ratelimit_take(limit, &client, now + SECOND / 2);
    assert_int_equal(wait_s, 15);
    assert_int_equal(ratelimit_take(limit, &client, now + SECOND / 2 + wait_s * SECOND), 0);
    ratelimit_free(limit);
}

static void addresses_do_not_share_but_an_ipv6_network_does(void **state)
{
    struct ratelimit *limit = limit_of(4);
    struct address one = address("2001:db8:0:1::1"), same = address("2001:db8:0:1:ffff::2");
    struct address other = address("2001:db8:0:2::1"), ipv4 = address("192.0.2.1"), next = address("192.0.2.2");
    int64_t now = 5 * SECOND;
    (void)state;
    assert_int_equal(ratelimit_take(limit, &one, now), 0);
    assert_int_not_equal(ratelimit_take(limit, &same, now), 0);
    assert_int_equal(ratelimit_take(limit, &other, now), 0);
    assert_int_equal(ratelimit_take(limit, &ipv4, now), 0);
    assert_int_equal(ratelimit_take(limit, &next, now), 0);
    assert_int_not_equal(ratelimit_take(limit, &ipv4, now), 0);
    ratelimit_free(limit);
}

/* A flood of strangers' addresses must not wash out the bucket of one who keeps sending. */
static void a_flood_of_addresses_does_not_free_the_busy_one(void **state)
{
    struct ratelimit *limit = limit_of(1200); /* burst 300 */
    struct address busy = address("192.0.2.1"), stranger = address("2001:db8::");
    int64_t now = 100 * SECOND;
    unsigned refused = 0;
    (void)state;
    for (uint32_t i = 0; i < 200000; i++) {
        memcpy(stranger.bytes + 4, &i, sizeof i);
        (void)ratelimit_take(limit, &stranger, now);
        if (i % 100 == 0)
            refused += ratelimit_take(limit, &busy, now) != 0;
    }
    assert_in_range(refused, 1600, 2000); /* of 2,000 in no time, 300 are allowed */
    ratelimit_free(limit);
}

static void *take_many(void *arg)
{
    struct ratelimit *limit = arg;
    struct address client = address("192.0.2.1");
    size_t taken = 0;
    for (int i = 0; i < 10000; i++)
        taken += ratelimit_take(limit, &client, 7 * SECOND) == 0;
    return (void *)taken;
}

static void threads_together_get_no_more(void **state)
{
    struct ratelimit *limit = limit_of(12000); /* burst 3,000 */
    pthread_t threads[4];
    size_t sum = 0;
    (void)state;
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, take_many, limit), 0);
    for (size_t i = 0; i < 4; i++) {
        void *taken;
        assert_int_equal(pthread_join(threads[i], &taken), 0);
        sum += (size_t)taken;
    }
    assert_int_equal(sum, 3000);
    ratelimit_free(limit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_burst_is_a_quarter_and_refills_evenly),
        cmocka_unit_test(waiting_as_told_is_enough),
        cmocka_unit_test(addresses_do_not_share_but_an_ipv6_network_does),
        cmocka_unit_test(a_flood_of_addresses_does_not_free_the_busy_one),
        cmocka_unit_test(threads_together_get_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
