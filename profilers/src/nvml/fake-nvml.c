/*
 * A libnvidia-ml.so without a GPU, for tests, written against NVIDIA's own nvml.h. What it answers stands in a file beside it, of its own name with
 * ".conf" behind it, which is read again whenever it changes: lines KEY=VALUE, where a GPU's keys are "gpu0.power" or, for all GPUs, "gpu.power".
 *
 * Power is a known function of the time of CLOCK_MONOTONIC: power + power.swing * sin(2 pi t / power.period), in mW and s; the energy counter is its
 * exact integral in mJ, brought up to date every energy.step seconds (0: always).
 *
 * A question to a GPU takes "delay" ms; "error" makes some of them fail: FUNCTION:CODE,FUNCTION:CODE. A GPU with "mig.uuid" has one MIG device, whose
 * keys are "gpu0.mig.processes" and so on.
 *
 * With -DOLD_DRIVER it lacks what drivers before 450 lack.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <nvml.h>

#define MOST_LINES 256
#define MOST_GPUS 16

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char text[1 << 16];
static char *keys[MOST_LINES], *values[MOST_LINES];
static int lines;
static struct stat read_as;
static double initialised_at = -1;
static int initialised;

/* A handle is the address of its element. */
struct nvmlDevice_st {
    int unused;
};
static struct nvmlDevice_st devices[MOST_GPUS], slices[MOST_GPUS];

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

/* Reads the file when it is another than the last time. Under the lock. */
static void configure(void) {
    static char path[4096];
    struct stat status;
    if (!*path) {
        Dl_info self;
        dladdr((void *)configure, &self);
        snprintf(path, sizeof path, "%s.conf", self.dli_fname);
    }
    if (stat(path, &status) != 0) return;
    if (status.st_ino == read_as.st_ino && memcmp(&status.st_mtim, &read_as.st_mtim, sizeof status.st_mtim) == 0) return;
    FILE *file = fopen(path, "r");
    if (!file) return;
    size_t size = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[size] = 0;
    read_as = status;
    lines = 0;
    char *rest;
    for (char *line = strtok_r(text, "\n", &rest); line && lines < MOST_LINES; line = strtok_r(NULL, "\n", &rest)) {
        char *equals = strchr(line, '=');
        if (!equals) continue;
        *equals = 0;
        keys[lines] = line;
        values[lines++] = equals + 1;
    }
}

static const char *value(const char *key, const char *otherwise) {
    for (int i = 0; i < lines; i++)
        if (strcmp(keys[i], key) == 0) return values[i];
    return otherwise;
}

static int is_slice(nvmlDevice_t device) { return device >= slices && device < slices + MOST_GPUS; }

/* A MIG device has the index of its GPU. */
static int index_of(nvmlDevice_t device) { return (int)(device - (is_slice(device) ? slices : devices)); }

/* A GPU's value: its own, that of all GPUs, or the one given here. */
static const char *of(nvmlDevice_t device, const char *key, const char *otherwise) {
    char own[128], all[128];
    const char *part = is_slice(device) ? "mig." : "";
    snprintf(own, sizeof own, "gpu%d.%s%s", index_of(device), part, key);
    snprintf(all, sizeof all, "gpu.%s%s", part, key);
    return value(own, value(all, otherwise));
}

static double number(nvmlDevice_t device, const char *key, const char *otherwise) {
    return strtod(of(device, key, otherwise), NULL);
}

static unsigned long long whole(nvmlDevice_t device, const char *key, const char *otherwise) {
    return strtoull(of(device, key, otherwise), NULL, 0);
}

static int contains(const char *list, const char *word) {
    size_t length = strlen(word);
    for (const char *at = strstr(list, word); at; at = strstr(at + 1, word))
        if ((at == list || at[-1] == ',') && (at[length] == 0 || at[length] == ',')) return 1;
    return 0;
}

/* The code that a list FUNCTION:CODE,FUNCTION:CODE has for a function, or success. */
static nvmlReturn_t error_of(const char *list, const char *function) {
    size_t length = strlen(function);
    for (const char *at = strstr(list, function); at; at = strstr(at + 1, function))
        if ((at == list || at[-1] == ',') && at[length] == ':') return (nvmlReturn_t)atoi(at + length + 1);
    return NVML_SUCCESS;
}

static unsigned count(void) { return (unsigned)atoi(value("gpus", "1")); }

static int known(nvmlDevice_t device) { return is_slice(device) || (device >= devices && device < devices + count()); }

/* What every question to a GPU answers before it answers the question. */
static nvmlReturn_t check(nvmlDevice_t device, const char *function) {
    if (!initialised) return NVML_ERROR_UNINITIALIZED;
    if (!known(device)) return NVML_ERROR_INVALID_ARGUMENT;
    double lost = number(devices + index_of(device), "lost.after", "-1");
    if (lost >= 0 && now() - initialised_at >= lost) return NVML_ERROR_GPU_IS_LOST;
    if (contains(of(device, "unsupported", ""), function)) return NVML_ERROR_NOT_SUPPORTED;
    return error_of(of(device, "error", ""), function);
}

/* Lets the time pass that a question to this GPU takes; others may ask meanwhile. */
static void take_time(nvmlDevice_t device) {
    pthread_mutex_lock(&lock);
    configure();
    double delay = initialised && known(device) ? number(device, "delay", "0") : 0;
    pthread_mutex_unlock(&lock);
    if (delay > 0) usleep((unsigned)(delay * 1000));
}

/* The body of a question that needs the library only, under the lock. */
#define LIBRARY(...)                                                                     \
    pthread_mutex_lock(&lock);                                                           \
    configure();                                                                         \
    nvmlReturn_t answer = initialised ? NVML_SUCCESS : NVML_ERROR_UNINITIALIZED;         \
    if (answer == NVML_SUCCESS) {                                                        \
        __VA_ARGS__                                                                      \
    }                                                                                    \
    pthread_mutex_unlock(&lock);                                                         \
    return answer

/* The body of a question to a GPU, under the lock. */
#define ANSWER(device, ...)                              \
    take_time(device);                                   \
    LIBRARY({                                            \
        answer = check(device, __func__);                \
        if (answer == NVML_SUCCESS) {                    \
            __VA_ARGS__                                  \
        }                                                \
    })

static nvmlReturn_t copy(char *to, unsigned room, const char *from) {
    if (strlen(from) + 1 > room) return NVML_ERROR_INSUFFICIENT_SIZE;
    strcpy(to, from);
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlInit_v2(void) {
    pthread_mutex_lock(&lock);
    configure();
    nvmlReturn_t answer = (nvmlReturn_t)atoi(value("init", "0"));
    if (answer == NVML_SUCCESS && initialised++ == 0) initialised_at = now();
    pthread_mutex_unlock(&lock);
    return answer;
}

nvmlReturn_t nvmlInitWithFlags(unsigned int flags) {
    (void)flags;
    return nvmlInit_v2();
}

nvmlReturn_t nvmlShutdown(void) {
    pthread_mutex_lock(&lock);
    nvmlReturn_t answer = initialised ? NVML_SUCCESS : NVML_ERROR_UNINITIALIZED;
    if (initialised) initialised--;
    pthread_mutex_unlock(&lock);
    return answer;
}

const char *nvmlErrorString(nvmlReturn_t result) {
    switch (result) {
        case NVML_SUCCESS: return "Success";
        case NVML_ERROR_UNINITIALIZED: return "Uninitialized";
        case NVML_ERROR_INVALID_ARGUMENT: return "Invalid Argument";
        case NVML_ERROR_NOT_SUPPORTED: return "Not Supported";
        case NVML_ERROR_NO_PERMISSION: return "Insufficient Permissions";
        case NVML_ERROR_NOT_FOUND: return "Not Found";
        case NVML_ERROR_DRIVER_NOT_LOADED: return "Driver Not Loaded";
        case NVML_ERROR_GPU_IS_LOST: return "GPU is lost";
        default: return "Unknown Error";
    }
}

nvmlReturn_t nvmlSystemGetDriverVersion(char *version, unsigned int length) {
    LIBRARY(answer = copy(version, length, value("driver", "580.159.04")););
}

nvmlReturn_t nvmlSystemGetNVMLVersion(char *version, unsigned int length) {
    LIBRARY(answer = copy(version, length, value("nvml", "13.580.159.04")););
}

nvmlReturn_t nvmlSystemGetCudaDriverVersion_v2(int *version) { LIBRARY(*version = atoi(value("cuda", "13000"));); }

nvmlReturn_t nvmlDeviceGetCount_v2(unsigned int *found) { LIBRARY(*found = count();); }

nvmlReturn_t nvmlDeviceGetHandleByIndex_v2(unsigned int index, nvmlDevice_t *device) {
    LIBRARY({
        *device = devices + index;
        answer = index < count() ? check(*device, __func__) : NVML_ERROR_INVALID_ARGUMENT;
    });
}

static void uuid(nvmlDevice_t device, char *to, unsigned room) {
    char otherwise[64];
    snprintf(otherwise, sizeof otherwise, "GPU-%08x-0000-4000-8000-00000000000%d", 0xaa00 + index_of(device), index_of(device));
    snprintf(to, room, "%s", of(device, "uuid", otherwise));
}

static void bus_id(nvmlDevice_t device, char *to, unsigned room) {
    char otherwise[64];
    snprintf(otherwise, sizeof otherwise, "00000000:%02X:00.0", 0x3b + index_of(device));
    snprintf(to, room, "%s", of(device, "pci", otherwise));
}

static nvmlReturn_t find(
    const char *wanted, nvmlDevice_t among, void (*say)(nvmlDevice_t, char *, unsigned), const char *function, nvmlDevice_t *device) {
    LIBRARY({
        char said[128];
        answer = NVML_ERROR_NOT_FOUND;
        for (unsigned i = 0; i < count() && answer == NVML_ERROR_NOT_FOUND; i++) {
            say(among + i, said, sizeof said);
            if (strcmp(said, wanted) == 0) {
                *device = among + i;
                answer = check(*device, function);
            }
        }
    });
}

nvmlReturn_t nvmlDeviceGetHandleByUUID(const char *wanted, nvmlDevice_t *device) {
    return find(wanted, strncmp(wanted, "MIG-", 4) == 0 ? slices : devices, uuid, __func__, device);
}

nvmlReturn_t nvmlDeviceGetHandleByPciBusId_v2(const char *wanted, nvmlDevice_t *device) {
    return find(wanted, devices, bus_id, __func__, device);
}

#ifndef OLD_DRIVER
nvmlReturn_t nvmlDeviceGetDeviceHandleFromMigDeviceHandle(nvmlDevice_t mig, nvmlDevice_t *device) {
    ANSWER(mig, {
        *device = devices + index_of(mig);
        answer = is_slice(mig) ? NVML_SUCCESS : NVML_ERROR_INVALID_ARGUMENT;
    });
}

nvmlReturn_t nvmlDeviceGetMaxMigDeviceCount(nvmlDevice_t device, unsigned int *most) {
    ANSWER(device, *most = whole(device, "mig", "0") ? 7 : 0;);
}

/* The one MIG device is the second of its GPU's slots. */
nvmlReturn_t nvmlDeviceGetMigDeviceHandleByIndex(nvmlDevice_t device, unsigned int index, nvmlDevice_t *mig) {
    ANSWER(device, {
        *mig = slices + index_of(device);
        answer = index == 1 && *of(*mig, "uuid", "") ? NVML_SUCCESS : NVML_ERROR_NOT_FOUND;
    });
}
#endif

nvmlReturn_t nvmlDeviceGetIndex(nvmlDevice_t device, unsigned int *index) { ANSWER(device, *index = (unsigned)index_of(device);); }

nvmlReturn_t nvmlDeviceGetName(nvmlDevice_t device, char *name, unsigned int length) {
    ANSWER(device, answer = copy(name, length, of(device, "name", "NVIDIA Fake 80GB")););
}

nvmlReturn_t nvmlDeviceGetUUID(nvmlDevice_t device, char *to, unsigned int length) { ANSWER(device, uuid(device, to, length);); }

nvmlReturn_t nvmlDeviceGetPciInfo_v3(nvmlDevice_t device, nvmlPciInfo_t *pci) {
    ANSWER(device, {
        memset(pci, 0, sizeof *pci);
        bus_id(device, pci->busId, sizeof pci->busId);
        snprintf(pci->busIdLegacy, sizeof pci->busIdLegacy, "%.15s", pci->busId + 4);
        sscanf(pci->busId, "%x:%x:%x", &pci->domain, &pci->bus, &pci->device);
    });
}

static unsigned long long total(nvmlDevice_t device) { return whole(device, "memory.total", "85899345920"); }

static unsigned long long used(nvmlDevice_t device) { return whole(device, "memory.used", "1048576"); }

static unsigned long long reserved(nvmlDevice_t device) { return whole(device, "memory.reserved", "524288000"); }

nvmlReturn_t nvmlDeviceGetMemoryInfo(nvmlDevice_t device, nvmlMemory_t *memory) {
    ANSWER(device, {
        memory->total = total(device);
        memory->used = used(device) + reserved(device);
        memory->free = memory->total - memory->used;
    });
}

#ifndef OLD_DRIVER
nvmlReturn_t nvmlDeviceGetMemoryInfo_v2(nvmlDevice_t device, nvmlMemory_v2_t *memory) {
    ANSWER(device, {
        if (memory->version != nvmlMemory_v2) {
            answer = NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
        } else {
            memory->total = total(device);
            memory->reserved = reserved(device);
            memory->used = used(device);
            memory->free = memory->total - memory->used - memory->reserved;
        }
    });
}
#endif

nvmlReturn_t nvmlDeviceGetUtilizationRates(nvmlDevice_t device, nvmlUtilization_t *utilization) {
    ANSWER(device, {
        utilization->gpu = (unsigned)whole(device, "utilization", "97");
        utilization->memory = (unsigned)whole(device, "utilization.memory", "41");
    });
}

static double phase(nvmlDevice_t device, double t) { return 2 * M_PI * t / number(device, "power.period", "1"); }

static double power(nvmlDevice_t device, double t) {
    return number(device, "power", "300000") + number(device, "power.swing", "0") * sin(phase(device, t));
}

nvmlReturn_t nvmlDeviceGetPowerUsage(nvmlDevice_t device, unsigned int *milliwatts) {
    ANSWER(device, *milliwatts = (unsigned)power(device, now()););
}

nvmlReturn_t nvmlDeviceGetPowerManagementDefaultLimit(nvmlDevice_t device, unsigned int *limit) {
    ANSWER(device, *limit = (unsigned)whole(device, "limit.default", "700000"););
}

nvmlReturn_t nvmlDeviceGetEnforcedPowerLimit(nvmlDevice_t device, unsigned int *limit) {
    ANSWER(device, *limit = (unsigned)whole(device, "limit", "700000"););
}

#ifndef OLD_DRIVER
nvmlReturn_t nvmlDeviceGetTotalEnergyConsumption(nvmlDevice_t device, unsigned long long *energy) {
    ANSWER(device, {
        double step = number(device, "energy.step", "0");
        double t = step > 0 ? floor(now() / step) * step : now();
        double swing = number(device, "power.swing", "0") * number(device, "power.period", "1") / (2 * M_PI);
        *energy = (unsigned long long)(number(device, "power", "300000") * t + swing * (1 - cos(phase(device, t))));
    });
}
#endif

static unsigned temperature(nvmlDevice_t device) { return (unsigned)whole(device, "temperature", "64"); }

nvmlReturn_t nvmlDeviceGetTemperature(nvmlDevice_t device, nvmlTemperatureSensors_t sensor, unsigned int *celsius) {
    ANSWER(device, {
        *celsius = temperature(device);
        answer = sensor == NVML_TEMPERATURE_GPU ? NVML_SUCCESS : NVML_ERROR_INVALID_ARGUMENT;
    });
}

#ifndef OLD_DRIVER
nvmlReturn_t nvmlDeviceGetTemperatureV(nvmlDevice_t device, nvmlTemperature_t *reading) {
    ANSWER(device, {
        if (reading->version != nvmlTemperature_v1) {
            answer = NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
        } else {
            reading->temperature = (int)temperature(device);
        }
    });
}
#endif

nvmlReturn_t nvmlDeviceGetClockInfo(nvmlDevice_t device, nvmlClockType_t type, unsigned int *clock) {
    ANSWER(device, *clock = (unsigned)(type == NVML_CLOCK_MEM ? whole(device, "clock.memory", "2619") : whole(device, "clock.sm", "1755")););
}

nvmlReturn_t nvmlDeviceGetMaxClockInfo(nvmlDevice_t device, nvmlClockType_t type, unsigned int *clock) {
    ANSWER(device, *clock = type == NVML_CLOCK_MEM ? 2619 : 1980;);
}

#ifndef OLD_DRIVER
nvmlReturn_t nvmlDeviceGetCurrentClocksEventReasons(nvmlDevice_t device, unsigned long long *reasons) {
    ANSWER(device, *reasons = whole(device, "reasons", "0"););
}
#endif

nvmlReturn_t nvmlDeviceGetCurrentClocksThrottleReasons(nvmlDevice_t device, unsigned long long *reasons) {
    ANSWER(device, *reasons = whole(device, "reasons", "0"););
}

nvmlReturn_t nvmlDeviceGetPerformanceState(nvmlDevice_t device, nvmlPstates_t *state) {
    ANSWER(device, *state = (nvmlPstates_t)whole(device, "pstate", "0"););
}

nvmlReturn_t nvmlDeviceGetPersistenceMode(nvmlDevice_t device, nvmlEnableState_t *mode) {
    ANSWER(device, *mode = (nvmlEnableState_t)whole(device, "persistence", "1"););
}

nvmlReturn_t nvmlDeviceGetEccMode(nvmlDevice_t device, nvmlEnableState_t *current, nvmlEnableState_t *pending) {
    ANSWER(device, *current = *pending = (nvmlEnableState_t)whole(device, "ecc", "1"););
}

nvmlReturn_t nvmlDeviceGetTotalEccErrors(
    nvmlDevice_t device, nvmlMemoryErrorType_t type, nvmlEccCounterType_t counter, unsigned long long *errors) {
    ANSWER(device, {
        *errors = whole(device, type == NVML_MEMORY_ERROR_TYPE_CORRECTED ? "ecc.corrected" : "ecc.uncorrected", "0");
        answer = counter == NVML_VOLATILE_ECC ? NVML_SUCCESS : NVML_ERROR_NOT_SUPPORTED;
    });
}

#ifndef OLD_DRIVER
nvmlReturn_t nvmlDeviceGetMigMode(nvmlDevice_t device, unsigned int *current, unsigned int *pending) {
    ANSWER(device, *current = *pending = (unsigned)whole(device, "mig", "0"););
}
#endif

nvmlReturn_t nvmlDeviceGetPcieThroughput(nvmlDevice_t device, nvmlPcieUtilCounter_t counter, unsigned int *kilobytes) {
    ANSWER(device, *kilobytes = counter == NVML_PCIE_UTIL_TX_BYTES ? 1200 : 3400;);
}

nvmlReturn_t nvmlDeviceGetCudaComputeCapability(nvmlDevice_t device, int *major, int *minor) {
    ANSWER(device, {
        *major = 9;
        *minor = 0;
    });
}

/* "processes" is a list PID:BYTES,PID:BYTES; BYTES -1 is "not available". Each takes "stride" bytes. */
#define PROCESSES(type, stride, each)                                                          \
    ANSWER(device, {                                                                           \
        unsigned room = *infoCount;                                                            \
        unsigned found = 0;                                                                    \
        const char *list = of(device, "processes", "");                                        \
        for (const char *at = list; *at; found++) {                                            \
            char *end;                                                                         \
            unsigned pid = (unsigned)strtoul(at, &end, 10);                                    \
            long long bytes = *end == ':' ? strtoll(end + 1, &end, 10) : -1;                   \
            if (found < room) {                                                                \
                type info = {.pid = pid, .usedGpuMemory = (unsigned long long)bytes};          \
                each memcpy((char *)infos + found * (stride), &info, sizeof info);             \
            }                                                                                  \
            at = *end == ',' ? end + 1 : end + strlen(end);                                    \
        }                                                                                      \
        *infoCount = found;                                                                    \
        answer = found > room ? NVML_ERROR_INSUFFICIENT_SIZE : NVML_SUCCESS;                   \
    })

#ifdef OLD_DRIVER
nvmlReturn_t nvmlDeviceGetComputeRunningProcesses(nvmlDevice_t device, unsigned int *infoCount, nvmlProcessInfo_v1_t *infos) {
    PROCESSES(nvmlProcessInfo_v1_t, sizeof info, );
}
#else
nvmlReturn_t nvmlDeviceGetComputeRunningProcesses_v2(nvmlDevice_t device, unsigned int *infoCount, nvmlProcessInfo_v2_t *infos) {
    PROCESSES(nvmlProcessInfo_v2_t, sizeof info, info.gpuInstanceId = info.computeInstanceId = 0xFFFFFFFF;);
}

/* With "processes.wide", as drivers 535.43 to 535.98 answered it: each has 32 bytes where the header has 24. */
nvmlReturn_t nvmlDeviceGetComputeRunningProcesses_v3(nvmlDevice_t device, unsigned int *infoCount, nvmlProcessInfo_t *infos) {
    PROCESSES(nvmlProcessInfo_t, whole(device, "processes.wide", "0") ? 32 : sizeof info,
              info.gpuInstanceId = info.computeInstanceId = 0xFFFFFFFF;);
}
#endif
