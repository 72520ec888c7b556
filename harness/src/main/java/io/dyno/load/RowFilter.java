package io.dyno.load;

import io.dyno.Prompt;
import java.util.List;

/** Which rows of a dataset are asked, decided when a row's turn comes: counting the tokens of all rows would take longer than measuring with some. */
interface RowFilter {
    /** Every row as it is. */
    RowFilter NONE = (row, prompt) -> new Verdict(prompt, null);

    /**
     * Looks at a row.
     *
     * @param row its number in the dataset
     */
    Verdict judge(int row, Prompt prompt) throws DatasetException;

    /** What the result must say of it. */
    default List<String> notes() {
        return List.of();
    }

    /**
     * What becomes of a row.
     *
     * @param prompt as it is asked; null when the row is dropped
     * @param dropped why the row is dropped, as {@code prompt shorter than 4 tokens}; else null
     */
    record Verdict(Prompt prompt, String dropped) {}
}
