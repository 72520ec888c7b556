package io.dyno.run;

/** The text of {@code -h}, made from {@link OptionTable}. */
final class HelpText {
    private static final int WIDTH = 118;
    private static final int COLUMN = 30;

    private HelpText() {}

    static String text() {
        StringBuilder out = new StringBuilder("""
                Dyno: benchmarks of vLLM from annotated classes.

                Usage: java -jar benchmarks.jar [REGEXP…] [options]     run the benchmarks in whose name one is found
                       java -jar benchmarks.jar explain DYNO-107        what a rule is about, and what to do
                """);
        for (OptionTable.Group group : OptionTable.Group.values()) {
            out.append('\n').append(group.title).append(":\n");
            for (OptionTable.Option option : OptionTable.OPTIONS) {
                if (option.group() == group) {
                    String help = option.help()
                            + (option.defaultText().isEmpty() ? "" : " (default: " + option.defaultText() + ")");
                    line(out, "-" + option.name() + (option.takesValue() ? " " + option.placeholder() : ""), help);
                }
            }
            if (group == OptionTable.Group.INFO) {
                OptionTable.ACTIONS.forEach((name, help) -> line(out, "-" + name, help));
            }
        }
        out.append("\nExit codes, the first that applies:\n");
        for (ExitCode code : ExitCode.values()) {
            line(out, Integer.toString(code.code()), code.meaning());
        }
        return out.toString();
    }

    private static void line(StringBuilder out, String option, String help) {
        out.append("  ").append(option);
        int column = option.length() + 2;
        if (column >= COLUMN) {
            out.append('\n');
            column = 0;
        }
        for (String word : help.split(" ", -1)) {
            if (column + 1 + word.length() > WIDTH) {
                out.append('\n');
                column = 0;
            }
            if (column < COLUMN) {
                out.append(" ".repeat(COLUMN - column));
                column = COLUMN;
            } else {
                out.append(' ');
                column++;
            }
            out.append(word);
            column += word.length();
        }
        out.append('\n');
    }
}
