package io.dyno.profilers.nsys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GpuTimesTest {
    private static final String KERNELS = """
            Time (%),Total Time (ns),Instances,Avg (ns),Med (ns),Min (ns),Max (ns),StdDev (ns),Name
            60.0,6000000,100,60000.0,60000.0,50000,70000,1000.0,"void gemm<A<1, 2>, ""x"">(T1::Params)"
            30.0,3000000,200,15000.0,15000.0,14000,16000,500.0,void flash_fwd<64>(P)
            10.0,1000000,50,20000.0,20000.0,19000,21000,500.0,void gemm<B>(T1::Params)
            """;
    private static final String MEMORY = """
            Time (%),Total Time (ns),Count,Avg (ns),Med (ns),Min (ns),Max (ns),StdDev (ns),Operation
            100.0,250000,48,5208.3,5208.0,5000,6000,320.1,[CUDA memcpy Host-to-Device]
            """;
    private static final String SIZES = """
            Total (MB),Count,Avg (MB),Med (MB),Min (MB),Max (MB),StdDev (MB),Operation
            4.500,48,0.094,0.094,0.001,0.250,0.010,[CUDA memcpy Host-to-Device]
            """;
    private static final String TRACE = """
            Start (ns),Duration (ns),CorrId,Device,Ctx,Strm,Name
            1000000,500000,1,H100 (0),1,7,[CUDA memcpy Host-to-Device]
            1200000,800000,2,H100 (0),1,13,"void gemm<1, 2>(int)"
            1000000,4000000,3,H100 (1),1,13,void flash_fwd<64>(P)
            3000000,1000000,4,H100 (0),1,13,void flash_fwd<64>(P)
            4500000,500000,5,H100 (0),1,13,void flash_fwd<64>(P)
            """;

    @TempDir
    Path folder;

    @Test
    void kernelsMemoryOperationsAndGapsBecomeNumbers() throws IOException {
        assertThat(read(KERNELS, MEMORY, SIZES, TRACE).results())
                .extracting(value -> value.metric().name() + " " + value.score() + " "
                        + value.metric().unit())
                .containsExactly(
                        "nsys.kernel_time 10.0 ms",
                        "nsys.memory_time 0.25 ms",
                        // GPU 0 waits from 2 to 3 ms and from 4 to 4.5 ms of 1 to 5 ms, GPU 1 never
                        "nsys.gpu_idle 18.75 %",
                        "nsys.longest_gap 1.0 ms",
                        "nsys.kernel_time.gemm 7.0 ms",
                        "nsys.kernel_time.flash_fwd 3.0 ms");
    }

    @Test
    void thePageGivesTheSameToAHuman() throws IOException {
        assertThat(read(KERNELS, MEMORY, SIZES, TRACE).text(1).lines())
                .containsExactly(
                        "          ms   share      calls      mean us  kernel",
                        "       7.000   70.0%        150       46.667  gemm",
                        "",
                        "          ms   share      calls      mean us  memory operation",
                        "       0.250  100.0%         48        5.208  CUDA memcpy Host-to-Device",
                        "                                     4.5 MB  CUDA memcpy Host-to-Device",
                        "",
                        "H100 (0): nothing to do for 1.500 of 4.000 ms (37.5 %), 1.000 ms at most at a time",
                        "H100 (1): nothing to do for 0.000 of 4.000 ms (0.0 %), 0.000 ms at most at a time");
    }

    /** As Nsight Systems 2021 wrote them: "Operations" before "Operation", and sizes in KiB. */
    @Test
    void columnsOfOldVersionsAreUnderstood() throws IOException {
        String kernels =
                "Time(%),Total Time (ns),Instances,Average,Minimum,Maximum,Name\n100.0,2000000,1,2000000.0,1,2,gemm\n";
        String memory = """
                Time(%),Total Time (ns),Operations,Average,Minimum,Maximum,Operation
                78.6,4194961,4,1048740.3,2911,1400294,[CUDA memcpy HtoD]
                """;
        String sizes = """
                Total,Operations,Average,Minimum,Maximum,Operation
                11718.754,4,2929.688,0.004,3906.250,[CUDA memcpy HtoD]
                """;

        GpuTimes times = read(kernels, memory, sizes, TRACE);

        assertThat(times.results())
                .extracting(value -> value.metric().name() + " " + value.score())
                .startsWith("nsys.kernel_time 2.0", "nsys.memory_time 4.194961");
        assertThat(times.text(1).lines())
                .contains(
                        "       4.195  100.0%          4     1048.740  CUDA memcpy HtoD",
                        "                                    12.0 MB  CUDA memcpy HtoD");
    }

    @Test
    void aReportThatNsysLeftOutHadNoData() throws IOException {
        GpuTimes times = GpuTimes.read(Map.of(Nsys.Report.KERNELS, file("kernels.csv", KERNELS)));

        assertThat(times.results())
                .extracting(value -> value.metric().name() + " " + value.score() + " " + value.reason())
                .startsWith(
                        "nsys.kernel_time 10.0 null",
                        "nsys.memory_time null the recording holds no memory operation",
                        "nsys.gpu_idle null the recording holds no kernel");
    }

    @Test
    void aRecordingWithoutKernelsHasNoNumbersAndNoZeros() throws IOException {
        assertThat(read("", "", "", "").results())
                .hasSize(4)
                .allSatisfy(value -> assertThat(value.score()).isNull())
                .allSatisfy(value -> assertThat(value.reason()).startsWith("the recording holds no "));
    }

    @Test
    void anotherFormatIsToldWithTheFileAndTheColumn() {
        assertThatThrownBy(() -> read("Time (%),Name\n1,gemm\n", "", "", ""))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("kernels.csv")
                .hasMessageContaining("no column \"Total Time\"");
    }

    private GpuTimes read(String kernels, String memoryTime, String memorySize, String trace) throws IOException {
        return GpuTimes.read(Map.of(
                Nsys.Report.KERNELS, file("kernels.csv", kernels),
                Nsys.Report.MEMORY_TIME, file("time.csv", memoryTime),
                Nsys.Report.MEMORY_SIZE, file("size.csv", memorySize),
                Nsys.Report.TRACE, file("trace.csv", trace)));
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
