/* honesty.c: the table of `make honesty`: 95 % intervals and how often they hold the truth. */
#include "honesty_run.h"

#include <stdio.h>
#include <stdlib.h>

static bool within(double coverage)
{
    return coverage >= 0.93 && coverage <= 0.97;
}

/* Small cells are held to what Wilson's interval can do at their size, the others to 93–97 %. */
static bool print_row(const struct honesty *honesty, enum honesty_row row)
{
    const double coverage = honesty_coverage(honesty, row);
    const bool small = row == HONESTY_FAIL_SMALL;
    const double exact = honesty->exact[row] / (double)honesty->intervals[row];
    const bool good = small ? coverage > exact - 0.01 && coverage < exact + 0.01 : within(coverage);
    printf("%-28s %9lld %9.2f %%", honesty_row_name(row), (long long)honesty->intervals[row],
           coverage * 100);
    if (honesty->exact[row] > 0)
        printf(" %9.2f %%", exact * 100);
    else
        printf(" %11s", "");
    printf("  %s\n", good ? "ok" : "OUTSIDE");
    return good;
}

int main(int argc, char **argv)
{
    const long bases = argc > 1 ? strtol(argv[1], NULL, 10) : 1000;
    struct honesty honesty = {0};
    bool good = true;
    for (long i = 0; i < bases; i++) {
        if (!honesty_play(&honesty, (uint64_t)i + 1)) {
            fprintf(stderr, "honesty: out of memory\n");
            return 2;
        }
    }
    printf("%ld simulated knowledge bases; wanted: 93 to 97 %%, small cells within a point of the "
           "exact value\n\n",
           bases);
    printf("%-28s %9s %11s %11s\n", "95 % intervals of", "intervals", "hold truth", "exact");
    for (int row = 0; row < HONESTY_ROWS; row++)
        good = print_row(&honesty, (enum honesty_row)row) && good;
    const double false_spikes = (double)honesty.false_spikes / (double)honesty.quiet;
    printf("\nSpike alarm: %.1f %% of quiet reports show one (wanted: 5 %% at most); %.1f %% of "
           "those after a topic became six times as\n"
           "frequent for three days\n",
           100 * false_spikes, 100 * (double)honesty.found_spikes / (double)honesty.loud);
    good = good && false_spikes <= 0.05;
    printf("\nOf %lld edits of what looked worst that changed nothing, said to have helped:\n"
           "  by the difference of differences  %5.1f %%\n  by the plain rates               %5.1f "
           "%%\n",
           (long long)honesty.no_edits, 100 * (double)honesty.helped / (double)honesty.no_edits,
           100 * (double)honesty.helped_plain / (double)honesty.no_edits);
    good = good && honesty.helped < honesty.helped_plain;
    printf("\nOf the truly worst five articles, among the first five:\n"
           "  by excess tickets  %5.1f %%\n  by raw fail rate   %5.1f %%\n",
           100 * (double)honesty.worst_by_excess / (double)honesty.worst,
           100 * (double)honesty.worst_by_raw / (double)honesty.worst);
    good = good && honesty.worst_by_excess > honesty.worst_by_raw;
    return good ? 0 : 1;
}
