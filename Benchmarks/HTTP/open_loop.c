// An open-loop HTTP/1.1 load generator: requests fall due at random moments of a fixed mean rate (Poisson, fixed seed),
// whether or not the answers to earlier ones have come, and latency is counted from the moment a request fell due.
//
//   open_loop PORT RATE SECONDS CONNECTIONS ADDRESSES
//
// ADDRESSES has one path with query per line; they are asked in turn, on keep-alive connections to 127.0.0.1. The first
// two seconds warm up and are not counted. Prints one line of JSON; microseconds.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

enum { WARM_UP_SECONDS = 2, PATIENCE_SECONDS = 5, HEAD_BYTES = 16384 };

typedef struct {
    int socket;
    int64_t due;
    size_t head_count;
    long body_left; // of the answer being read; -1 before its head is complete
    int status;
    char head[HEAD_BYTES];
} Connection;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static double uniform(void) { // xorshift64*, in (0, 1]
    static uint64_t state = 20261123;
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return ((state * 0x2545F4914F6CDD1D >> 11) + 1) / 9007199254740992.0;
}

static int connect_to(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int descriptor = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    if (descriptor < 0 || connect(descriptor, (struct sockaddr *)&address, sizeof address) != 0) fail("connect");
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return descriptor;
}

// The requests, ready to send.
static char **read_requests(const char *path, size_t *count) {
    FILE *file = fopen(path, "r");
    if (!file) fail(path);
    char **requests = NULL, *line = NULL;
    size_t capacity = 0;
    ssize_t length;
    while ((length = getline(&line, &capacity, file)) > 0) {
        if (line[length - 1] == '\n') line[length - 1] = 0;
        requests = realloc(requests, (*count + 1) * sizeof *requests);
        if (asprintf(&requests[(*count)++], "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", line) < 0) fail("memory");
    }
    fclose(file);
    if (!*count) exit((fprintf(stderr, "open_loop: no addresses\n"), 1));
    return requests;
}

// Reads what came; true when the answer is complete.
static int receive(Connection *connection) {
    static char body[1 << 18];
    ssize_t length;
    if (connection->body_left < 0) {
        length = recv(connection->socket, connection->head + connection->head_count, HEAD_BYTES - 1 - connection->head_count, 0);
        if (length <= 0) fail("the server closed a connection");
        connection->head_count += length;
        connection->head[connection->head_count] = 0;
        char *end = strstr(connection->head, "\r\n\r\n"), *field = strcasestr(connection->head, "\r\nContent-Length:");
        if (!end) return 0;
        if (!field || field > end) exit((fprintf(stderr, "open_loop: an answer without Content-Length\n"), 1));
        connection->status = atoi(connection->head + 9);
        connection->body_left = atol(field + 17) - (connection->head + connection->head_count - end - 4);
    } else {
        length = recv(connection->socket, body, sizeof body, 0);
        if (length <= 0) fail("the server closed a connection");
        connection->body_left -= length;
    }
    return connection->body_left == 0;
}

static int ascending(const void *a, const void *b) {
    double difference = *(const double *)a - *(const double *)b;
    return (difference > 0) - (difference < 0);
}

int main(int count, char **arguments) {
    if (count != 6) exit((fprintf(stderr, "usage: open_loop PORT RATE SECONDS CONNECTIONS ADDRESSES\n"), 2));
    int port = atoi(arguments[1]), connections = atoi(arguments[4]), epoll = epoll_create1(0), idle_count = 0;
    double rate = atof(arguments[2]), seconds = atof(arguments[3]);
    size_t request_count = 0, next = 0, answered = 0, failed = 0, measured = 0;
    char **requests = read_requests(arguments[5], &request_count);
    double *latencies = malloc((size_t)(rate * (seconds + 10) * 1.5 + 1000) * sizeof *latencies);
    Connection *all = calloc(connections, sizeof *all);
    Connection **idle = malloc(connections * sizeof *idle);
    prctl(PR_SET_TIMERSLACK, 1);
    for (int i = 0; i < connections; i++) {
        all[i].socket = connect_to(port);
        epoll_ctl(epoll, EPOLL_CTL_ADD, all[i].socket, &(struct epoll_event){.events = EPOLLIN, .data.ptr = &all[i]});
        idle[idle_count++] = &all[i];
    }
    int64_t start = now(), counted_from = start + WARM_UP_SECONDS * 1000000000LL;
    int64_t end = counted_from + (int64_t)(seconds * 1e9), due = start;
    while (due < end || idle_count < connections) {
        while (due < end && due <= now() && idle_count > 0) {
            Connection *connection = idle[--idle_count];
            const char *request = requests[next++ % request_count];
            connection->due = due;
            connection->head_count = 0;
            connection->body_left = -1;
            if (send(connection->socket, request, strlen(request), MSG_NOSIGNAL) != (ssize_t)strlen(request)) fail("send");
            due += (int64_t)(-log(uniform()) * 1e9 / rate);
        }
        if (now() > end + PATIENCE_SECONDS * 1000000000LL) exit((fprintf(stderr, "open_loop: answers are missing\n"), 1));
        int64_t wait = due < end && idle_count > 0 ? due - now() : 1000000;
        if (wait < 0) wait = 0;
        struct epoll_event events[64];
        int ready = epoll_pwait2(epoll, events, 64, &(struct timespec){.tv_sec = wait / 1000000000, .tv_nsec = wait % 1000000000}, NULL);
        if (ready < 0 && errno != EINTR) fail("epoll");
        for (int i = 0; i < ready; i++) {
            Connection *connection = events[i].data.ptr;
            if (!receive(connection)) continue;
            answered++;
            if (connection->status != 200) failed++;
            if (connection->due >= counted_from) latencies[measured++] = (now() - connection->due) / 1000.0;
            idle[idle_count++] = connection;
        }
    }
    if (!measured) exit((fprintf(stderr, "open_loop: nothing was measured\n"), 1));
    qsort(latencies, measured, sizeof *latencies, ascending);
    printf("{\"rate\": %.0f, \"answered\": %zu, \"failed\": %zu, \"measured\": %zu, \"p50\": %.0f, \"p99\": %.0f, \"p999\": %.0f, \"max\": %.0f}\n",
           measured / seconds, answered, failed, measured, latencies[measured / 2], latencies[measured * 99 / 100],
           latencies[measured * 999 / 1000], latencies[measured - 1]);
}
