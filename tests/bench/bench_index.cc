/* bench_index.cc: articles indexed in a second of processor time, beside Xapian's own TermGenerator on the same text.
 *
 *   bench_index PROGRAM [ARTICLES]     PROGRAM: the deflect to measure; ARTICLES: how many (default 5,000)
 *
 * The articles are made up: words drawn by Zipf's law from a vocabulary of made-up words, about 370 an article, under
 * headings. Both sides read the same files from the disk. Prints medians of three rounds, their ratio, and the peak
 * memory of `deflect index`. */
#include <xapian.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace fs = std::filesystem;

namespace
{
const int WORDS = 370, VOCABULARY = 30000, ROUNDS = 3;
std::uint64_t state = 1;

/* splitmix64, https://prng.di.unimi.it/splitmix64.c: the same articles in each run. */
double uniform()
{
    std::uint64_t z = (state += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return static_cast<double>((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
}

std::vector<std::string> make_vocabulary()
{
    static const char *const syllables[] = {"ba", "con", "der", "fi", "gen", "lo", "mar", "nu", "pre", "ri", "set", "tor", "va", "wel"};
    std::vector<std::string> words;
    for (int i = 0; i < VOCABULARY; i++) {
        std::string word;
        for (int n = i; word.size() < 4 || n > 0; n /= 14)
            word += syllables[n % 14];
        words.push_back(i % 3 ? word : word + "ing");
    }
    return words;
}

const std::string &draw(const std::vector<std::string> &words)
{
    double rank = std::exp(uniform() * std::log(VOCABULARY)); /* Zipf: probability falls as 1 / rank */
    return words[std::min<std::size_t>(static_cast<std::size_t>(rank), words.size() - 1)];
}

void write_article(const fs::path &path, const std::vector<std::string> &words)
{
    std::ofstream out(path);
    out << "# " << draw(words) << ' ' << draw(words) << ' ' << draw(words) << "\n\n";
    for (int i = 1; i <= WORDS; i++) {
        out << draw(words) << (i % 12 ? " " : ". ");
        if (i % 90 == 0)
            out << "\n\n## " << draw(words) << ' ' << draw(words) << "\n\n";
    }
}

double seconds(const timeval &time)
{
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double own_cpu_seconds()
{
    rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double xapian_round(const fs::path &articles, const fs::path &folder)
{
    fs::remove_all(folder);
    double start = own_cpu_seconds();
    Xapian::WritableDatabase database(folder.string(), Xapian::DB_CREATE);
    Xapian::TermGenerator generator;
    generator.set_stemmer(Xapian::Stem("english"));
    for (const auto &entry : fs::directory_iterator(articles)) {
        std::ifstream in(entry.path());
        std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
        Xapian::Document document;
        generator.set_document(document);
        generator.index_text(text.substr(0, text.find('\n')), 3, "S");
        generator.increase_termpos();
        generator.index_text(text);
        document.set_data(text);
        database.add_document(document);
    }
    database.commit();
    return own_cpu_seconds() - start;
}

double deflect_round(const char *program, const fs::path &articles, const fs::path &data, long &peak_kib)
{
    fs::remove_all(data);
    pid_t child = fork();
    if (child == 0) {
        if (!std::freopen("/dev/null", "w", stdout))
            _exit(1);
        execl(program, program, "--articles", articles.c_str(), "--data", data.c_str(), "index", nullptr);
        _exit(127);
    }
    int status;
    rusage usage;
    if (wait4(child, &status, 0, &usage) < 0 || status != 0) {
        std::fprintf(stderr, "bench_index: %s failed\n", program);
        std::exit(1);
    }
    if (!peak_kib) /* a child's peak begins with what its parent had, and this program only grows */
        peak_kib = usage.ru_maxrss;
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}
} // namespace

int main(int argc, char **argv)
{
    if (argc < 2) {
        std::fprintf(stderr, "usage: bench_index PROGRAM [ARTICLES]\n");
        return 2;
    }
    int count = argc > 2 ? std::atoi(argv[2]) : 5000;
    char name[] = "/tmp/deflect-bench-XXXXXX";
    fs::path folder = mkdtemp(name), articles = folder / "articles";
    std::vector<std::string> words = make_vocabulary();
    std::vector<double> own, bare;
    long peak_kib = 0;
    fs::create_directory(articles);
    for (int i = 0; i < count; i++)
        write_article(articles / (std::to_string(i) + ".md"), words);
    for (int round = 0; round < ROUNDS; round++) {
        own.push_back(count / deflect_round(argv[1], articles, folder / "data", peak_kib));
        bare.push_back(count / xapian_round(articles, folder / "bare"));
    }
    std::printf("articles indexed a second of processor time, medians of %d rounds, %d articles of %d words\n", ROUNDS, count, WORDS);
    std::printf("  TermGenerator as it comes  %8.0f\n  deflect index              %8.0f\n", median(bare), median(own));
    std::printf("  ratio                      %8.2f\n  peak memory of deflect     %8ld MiB\n", median(own) / median(bare), peak_kib / 1024);
    fs::remove_all(folder);
    return 0;
}
