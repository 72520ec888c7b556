package com.acme;

import io.dyno.Prompt;
import io.dyno.PromptRequest;
import io.dyno.Prompts;
import io.dyno.VllmBenchmark;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

class PromptsSignature {
    @VllmBenchmark
    static class NoParameter {
        @Prompts
        List<Prompt> prompts() { // error: DYNO-231 at <prompts> says <takes nothing but must take one PromptRequest; write: Iterable<Prompt> prompts(PromptRequest request)>
            return List.of();
        }
    }

    @VllmBenchmark
    static class OtherParameter {
        @Prompts
        List<Prompt> prompts(int count) { // error: DYNO-231 says <takes int but must take one PromptRequest>
            return List.of();
        }
    }

    @VllmBenchmark
    static class TwoParameters {
        @Prompts
        List<Prompt> prompts(PromptRequest request, int count) { // error: DYNO-231 says <takes io.dyno.PromptRequest, int but>
            return List.of();
        }
    }

    @VllmBenchmark
    static class NoIterable {
        @Prompts
        Stream<Prompt> prompts(PromptRequest request) { // error: DYNO-231 says <returns java.util.stream.Stream<io.dyno.Prompt> but must return Iterable<Prompt> or a subtype>
            return Stream.of();
        }
    }

    @VllmBenchmark
    static class OtherElements {
        @Prompts
        List<String> prompts(PromptRequest request) { // error: DYNO-231 says <returns java.util.List<java.lang.String>>
            return List.of();
        }
    }

    @VllmBenchmark
    static class Nothing {
        @Prompts
        void prompts(PromptRequest request) {} // error: DYNO-231 says <returns void>
    }

    @VllmBenchmark
    static class BothWrong {
        @Prompts
        Iterator<Prompt> prompts(String request) { // error: DYNO-231 says <takes java.lang.String> // error: DYNO-231 says <returns java.util.Iterator>
            return List.<Prompt>of().iterator();
        }
    }

    @VllmBenchmark
    static class Throwing {
        @Prompts
        List<Prompt> prompts(PromptRequest request) throws Throwable { // error: DYNO-231 says <throws more than an Exception>
            return List.of();
        }
    }
}
