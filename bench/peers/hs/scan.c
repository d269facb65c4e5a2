// Hyperscan or Vectorscan (the same interface) as one of the engines that bench/peers
// compares. Usage: scan WORDS MESSAGES; see bench/README.md for what a worker says and hears.
#include <hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static long long now(clockid_t clock) {
	struct timespec t;
	clock_gettime(clock, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

struct lines {
	char *data;
	const char **line;
	size_t *len;
	unsigned n;
};

static struct lines read_lines(const char *path) {
	struct lines l = {0};
	FILE *f = fopen(path, "rb");
	if (!f) {
		perror(path);
		exit(1);
	}
	fseek(f, 0, SEEK_END);
	long size = ftell(f);
	rewind(f);
	l.data = malloc(size + 1);
	if (fread(l.data, 1, size, f) != (size_t)size) exit(1);
	fclose(f);
	unsigned cap = 0;
	for (char *p = l.data, *end = l.data + size; p < end;) {
		char *stop = memchr(p, '\n', end - p);
		if (!stop) stop = end;
		if (l.n == cap) {
			cap = cap ? 2 * cap : 1024;
			l.line = realloc(l.line, cap * sizeof *l.line);
			l.len = realloc(l.len, cap * sizeof *l.len);
		}
		l.line[l.n] = p;
		l.len[l.n++] = stop - p;
		p = stop + 1;
	}
	return l;
}

static unsigned long long hits, kinds;
static unsigned *seen, message;

static int count(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context) {
	hits++;
	return 0;
}

static int count_kinds(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context) {
	hits++;
	if (seen[id] != message) {
		seen[id] = message;
		kinds++;
	}
	return 0;
}

int main(int argc, char **argv) {
	struct lines words = read_lines(argv[1]), messages = read_lines(argv[2]);
	unsigned *flags = calloc(words.n, sizeof *flags), *ids = calloc(words.n, sizeof *ids);
	for (unsigned i = 0; i < words.n; i++) ids[i] = i;
	hs_database_t *db = NULL;
	hs_compile_error_t *err = NULL;
	long long begin = now(CLOCK_MONOTONIC);
	if (hs_compile_lit_multi(words.line, flags, ids, words.len, words.n, HS_MODE_BLOCK, NULL, &db, &err) != HS_SUCCESS) {
		fprintf(stderr, "%s\n", err->message);
		return 1;
	}
	long long built = now(CLOCK_MONOTONIC) - begin;
	hs_scratch_t *scratch = NULL;
	if (hs_alloc_scratch(db, &scratch) != HS_SUCCESS) return 1;
	size_t bytes = 0;
	hs_database_size(db, &bytes);
	seen = calloc(words.n, sizeof *seen);
	for (message = 1; message <= messages.n; message++)
		hs_scan(db, messages.line[message - 1], messages.len[message - 1], 0, scratch, count_kinds, NULL);
	printf("ready %lld %zu %llu %llu\n", built / 1000, bytes, hits, kinds);
	fflush(stdout);
	char go[64];
	while (fgets(go, sizeof go, stdin)) {
		unsigned long long n = 0;
		begin = now(CLOCK_PROCESS_CPUTIME_ID);
		do {
			hits = 0;
			for (unsigned i = 0; i < messages.n; i++) hs_scan(db, messages.line[i], messages.len[i], 0, scratch, count, NULL);
			n += messages.n;
		} while (now(CLOCK_PROCESS_CPUTIME_ID) - begin < 200000000LL);
		printf("%llu %lld %llu\n", n, now(CLOCK_PROCESS_CPUTIME_ID) - begin, hits);
		fflush(stdout);
	}
	return 0;
}
