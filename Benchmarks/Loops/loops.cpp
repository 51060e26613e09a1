// The same work as main.swift, straight: no bounds, no tables, no tricks. The checksums must be equal.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

struct Generator {
    uint64_t state;
    int next(int bound) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        return static_cast<int>((state >> 33) % bound);
    }
};

static std::vector<uint32_t> ascendingRows(int count, int greatestGap, uint64_t seed) {
    Generator generator{seed};
    std::vector<uint32_t> rows;
    uint32_t row = 0;
    for (int i = 0; i < count; i++) rows.push_back(row += 1 + generator.next(greatestGap));
    return rows;
}

constexpr int rowCount = 1 << 15;

// Rows of a word, and how often each of them holds it.
struct Word {
    std::vector<uint64_t> bits = std::vector<uint64_t>(rowCount / 64);
    std::vector<uint8_t> frequencies;
};

struct Catalogue {
    Word a, b;
    std::vector<uint16_t> lengths, tags, ratings;
    double meanLength = 0;

    Catalogue() {
        Generator generator{7};
        for (int row = 0; row < rowCount; row++) {
            for (Word *word : {&a, &b}) {
                if (generator.next(100) >= (word == &a ? 30 : 40)) continue;
                word->bits[row / 64] |= uint64_t(1) << (row % 64);
                word->frequencies.push_back(generator.next(10) == 0 ? 2 : 1);
            }
            lengths.push_back(30 + generator.next(50));
            tags.push_back(generator.next(40));
            ratings.push_back(10000 + generator.next(40001));
            meanLength += lengths.back();
        }
        meanLength /= rowCount;
    }
};

extern "C" __attribute__((noinline)) long measured_common(const uint32_t *a, long countA, const uint32_t *b, long countB) {
    long i = 0, j = 0, sum = 0;
    while (i < countA && j < countB) {
        if (a[i] < b[j]) i++;
        else if (a[i] > b[j]) j++;
        else sum += a[i] + i + j, i++, j++;
    }
    return sum;
}

extern "C" __attribute__((noinline)) double measured_score(const Catalogue &c) {
    auto idf = [](const Word &word) {
        double count = word.frequencies.size();
        return std::log(1 + (rowCount - count + 0.5) / (count + 0.5));
    };
    double idfA = idf(c.a), idfB = idf(c.b), sum = 0;
    size_t firstA = 0, firstB = 0;
    for (int word = 0; word < rowCount / 64; word++) {
        uint64_t a = c.a.bits[word], b = c.b.bits[word];
        for (uint64_t rest = a & b; rest != 0; rest &= rest - 1) {
            uint64_t below = (rest & -rest) - 1;
            double norm = 0.25 + 0.75 * c.lengths[word * 64 + __builtin_ctzll(rest)] / c.meanLength;
            double tfA = c.a.frequencies[firstA + __builtin_popcountll(a & below)] / norm;
            double tfB = c.b.frequencies[firstB + __builtin_popcountll(b & below)] / norm;
            sum += idfA * (tfA / (tfA + 1.2)) + idfB * (tfB / (tfB + 1.2));
        }
        firstA += __builtin_popcountll(a);
        firstB += __builtin_popcountll(b);
    }
    return sum;
}

struct Facets {
    std::vector<uint32_t> byTag = std::vector<uint32_t>(40);
    long byRating[5] = {};
};

extern "C" __attribute__((noinline)) void measured_facets(const Catalogue &c, Facets &facets) {
    for (int word = 0; word < rowCount / 64; word++)
        for (uint64_t rest = c.a.bits[word]; rest != 0; rest &= rest - 1) {
            int row = word * 64 + __builtin_ctzll(rest);
            facets.byTag[c.tags[row]]++;
            uint16_t rating = c.ratings[row];
            facets.byRating[(rating >= 20000) + (rating >= 30000) + (rating >= 40000) + (rating >= 45000)]++;
        }
}

template <class Body> static void measure(const char *name, long elements, int rounds, Body body) {
    std::vector<double> times;
    std::string checksum;
    for (int round = 0; round < rounds; round++) {
        auto start = std::chrono::steady_clock::now();
        checksum = body();
        times.push_back(std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count());
    }
    std::sort(times.begin(), times.end());
    std::printf("%s %s %.2f\n", name, checksum.c_str(), times[rounds / 2] / elements);
}

int main(int argc, char **argv) {
    std::string loop = argc > 1 ? argv[1] : "";
    int rounds = std::max(1, argc > 2 ? std::atoi(argv[2]) : 1);
    if (loop == "common") {
        auto a = ascendingRows(3000, 600, 1), b = ascendingRows(10000, 180, 2);
        measure("common", a.size() + b.size(), rounds,
                [&] { return std::to_string(measured_common(a.data(), a.size(), b.data(), b.size())); });
        return 0;
    }
    Catalogue catalogue;
    if (loop == "score") {
        measure("score", rowCount * 12 / 100, rounds, [&] {
            char text[64];
            std::snprintf(text, sizeof text, "%.6f", measured_score(catalogue));
            return std::string(text);
        });
    } else if (loop == "facets") {
        measure("facets", rowCount * 30 / 100, rounds, [&] {
            Facets facets;
            measured_facets(catalogue, facets);
            long tags = 0;
            for (int tag = 0; tag < 40; tag++) tags += long(facets.byTag[tag]) * (100 + tag);
            std::string text = std::to_string(tags) + " [";
            for (int i = 0; i < 5; i++) text += (i ? ", " : "") + std::to_string(facets.byRating[i]);
            return text + "]";
        });
    } else {
        std::fprintf(stderr, "loops: say common, score or facets\n");
        return 64;
    }
}
