package io.dyno.profilers.nvml;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Structure;
import io.dyno.profilers.nvml.NvmlStructs.Struct;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every struct and constant of the binding against NVIDIA's own nvml.h, compiled. */
@OnFakeNvml
class HeaderNvmlIT {
    @TempDir
    private Path folder;

    /** Expressions of C with the numbers that the binding has for them. */
    private final Map<String, Long> bound = new TreeMap<>();

    @Test
    void structsAndConstantsAreThoseOfTheHeader() throws Exception {
        int structs = structs();
        int constants = constants();
        for (ClockEventReason reason : ClockEventReason.values()) {
            bound.put(reason.constant(), reason.bit());
        }
        bound.put("nvmlMemory_v2", (long) new NvmlStructs.MemoryV2().version);
        bound.put("nvmlTemperature_v1", (long) new NvmlStructs.Temperature().version);

        assertThat(structs).as("structs that were compared").isEqualTo(7);
        assertThat(constants).as("constants that were compared").isGreaterThan(30);
        assertThat(compiled()).isEqualTo(bound);
    }

    private int structs() throws ReflectiveOperationException {
        int structs = 0;
        for (Class<?> type : NvmlStructs.class.getDeclaredClasses()) {
            if (Modifier.isAbstract(type.getModifiers())) {
                continue;
            }
            Struct struct = (Struct) type.getConstructor().newInstance();
            structs++;
            bound.put("sizeof(" + struct.type() + ")", (long) struct.size());
            Layout layout = new Layout(struct);
            for (String name : type.getAnnotation(Structure.FieldOrder.class).value()) {
                bound.put("offsetof(" + struct.type() + ", " + name + ")", layout.offset(name));
                bound.put("sizeof(((" + struct.type() + " *) 0)->" + name + ")", layout.size(name));
            }
        }
        return structs;
    }

    /** Where JNA puts the fields: found by writing into each and looking which bytes of the memory changed. */
    private record Layout(Struct struct) {
        long offset(String name) throws ReflectiveOperationException {
            return mark(name).indexOf('x');
        }

        long size(String name) throws ReflectiveOperationException {
            return mark(name).chars().filter(c -> c == 'x').count();
        }

        private String mark(String name) throws ReflectiveOperationException {
            struct.getPointer().clear(struct.size());
            Field field = struct.getClass().getField(name);
            if (field.getType() == int.class) {
                field.setInt(struct, -1);
            } else if (field.getType() == long.class) {
                field.setLong(struct, -1);
            } else {
                Arrays.fill((byte[]) field.get(struct), (byte) -1);
            }
            struct.writeField(name);
            StringBuilder bytes = new StringBuilder();
            for (byte b : struct.getPointer().getByteArray(0, struct.size())) {
                bytes.append(b == 0 ? '.' : 'x');
            }
            return bytes.toString();
        }
    }

    private int constants() throws IllegalAccessException {
        int constants = 0;
        for (Field constant : NvmlConstants.class.getDeclaredFields()) {
            if (constant.getType() == int.class) {
                bound.put(constant.getName(), (long) constant.getInt(null));
                constants++;
            }
        }
        return constants;
    }

    private Map<String, Long> compiled() throws IOException, InterruptedException {
        StringBuilder source =
                new StringBuilder("#include <stddef.h>\n#include <stdio.h>\n#include <nvml.h>\nint main(void) {\n");
        for (String expression : bound.keySet()) {
            source.append("  printf(\"%s|%lld\\n\", \"")
                    .append(expression)
                    .append("\", (long long) (")
                    .append(expression)
                    .append("));\n");
        }
        Path c = Files.writeString(folder.resolve("compare.c"), source.append("  return 0;\n}\n"));
        Path program = folder.resolve("compare");
        Tool.output(
                folder,
                Map.of(),
                List.of("cc", "-Werror", "-I", FakeNvml.built().toString(), "-o", program.toString(), c.toString()));
        Map<String, Long> numbers = new TreeMap<>();
        List<String> lines = new ArrayList<>(Tool.output(folder, Map.of(), List.of(program.toString()))
                .lines()
                .toList());
        for (String line : lines) {
            int bar = line.lastIndexOf('|');
            numbers.put(line.substring(0, bar), Long.parseLong(line.substring(bar + 1)));
        }
        return numbers;
    }
}
