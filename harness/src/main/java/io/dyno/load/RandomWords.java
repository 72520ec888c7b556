package io.dyno.load;

import io.dyno.plan.RandomStream;
import java.util.Iterator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Short English words that are one token in most vocabularies. */
final class RandomWords implements TextSource {
    private static final String[] WORDS = """
            the and for are but not you all any can had her was one our out day get has him his how man new now old see two way who
            boy did its let put say she too use dad mom run sun sea sky red big low hot ice air car cat dog bed box bag bus cup cut
            eat eye far few fit fly fun gas god gun hat hit hop job key kid law lay led leg lie lot map may men met mix net nor off
            oil own pay per pet pot raw row sat set sit six son ten tie tip top toy try van war web wet why win won yes yet act add
            age ago aid aim arm art ask ate bad bar bat bit buy cap cow cry die dry due ear egg end""".split("\\s+");

    @Override
    public String dataset() {
        return "random";
    }

    @Override
    public String identity() {
        return "random words";
    }

    @Override
    public Iterator<String> shared() {
        throw new IllegalStateException("random words have nothing in common");
    }

    @Override
    public Iterator<String> own(RandomStream random, int window) {
        return Stream.concat(
                        Stream.of(0).map(first -> SliceClass.draw(random, window, WORDS.length)),
                        IntStream.generate(() -> random.nextInt(WORDS.length)).boxed())
                .map(word -> WORDS[word] + " ")
                .iterator();
    }
}
