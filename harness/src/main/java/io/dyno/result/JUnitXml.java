package io.dyno.result;

import java.io.StringWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** junit.xml: a test suite a benchmark class, a test case a point, for build servers. */
final class JUnitXml {
    private final XMLStreamWriter xml;

    private JUnitXml(XMLStreamWriter xml) {
        this.xml = xml;
    }

    static String of(RunResults results) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
            new JUnitXml(xml).suites(results);
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("a StringWriter took no text", e);
        }
        return text.toString();
    }

    private void suites(RunResults results) throws XMLStreamException {
        xml.writeStartDocument("UTF-8", "1.0");
        Map<String, List<PointResult>> byClass = results.entries().stream()
                .collect(Collectors.groupingBy(PointResult::benchmark, LinkedHashMap::new, Collectors.toList()));
        line(0);
        start("testsuites", "name", "dyno " + results.name());
        counts(results.entries());
        if (results.begun() != null) {
            attribute("timestamp", results.begun().toString());
            Duration time = Duration.between(results.begun(), results.ended());
            attribute("time", String.format(Locale.ROOT, "%.3f", time.toMillis() / 1e3));
        }
        for (Map.Entry<String, List<PointResult>> suite : byClass.entrySet()) {
            line(1);
            start("testsuite", "name", suite.getKey());
            counts(suite.getValue());
            for (PointResult p : suite.getValue()) {
                testCase(p);
            }
            line(1);
            xml.writeEndElement();
        }
        line(0);
        xml.writeEndElement();
        xml.writeEndDocument();
        xml.writeCharacters("\n");
    }

    private void counts(List<PointResult> points) throws XMLStreamException {
        attribute("tests", Integer.toString(points.size()));
        attribute("failures", count(points, Status.FAILED));
        attribute("errors", Integer.toString(points.size() - in(points, Status.OK, Status.FAILED, Status.SKIPPED)));
        attribute("skipped", count(points, Status.SKIPPED));
    }

    private static String count(List<PointResult> points, Status status) {
        return Integer.toString(in(points, status));
    }

    private static int in(List<PointResult> points, Status... statuses) {
        return (int) points.stream()
                .filter(p -> List.of(statuses).contains(status(p)))
                .count();
    }

    /** A profile that failed costs the benchmark nothing, so that a build must not fail for it. */
    private static Status status(PointResult p) {
        return p.profiled() && p.status() == Status.FAILED ? Status.SKIPPED : p.status();
    }

    private void testCase(PointResult p) throws XMLStreamException {
        line(2);
        start("testcase", "classname", p.benchmark());
        attribute("name", name(p));
        switch (status(p)) {
            case OK -> {}
            case FAILED ->
                problem(
                        "failure",
                        p.failure().type().id(),
                        p.failure().message(),
                        p.failure().log());
            case SKIPPED ->
                problem(
                        "skipped",
                        null,
                        p.profiled() ? "the profile failed: " + p.failure().message() : p.reason(),
                        null);
            case VOID, INTERRUPTED -> problem("error", p.status().id(), p.reason(), null);
        }
        String out = output(p);
        if (!out.isEmpty()) {
            line(3);
            xml.writeStartElement("system-out");
            xml.writeCharacters(legal(out));
            xml.writeEndElement();
        }
        line(2);
        xml.writeEndElement();
    }

    /** {@code serve[sim] (maxConcurrency=8, tp=2)}. */
    private static String name(PointResult p) {
        String params = p.params().entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining(", "));
        return p.foreignName().substring(p.benchmark().length() + 1) + (params.isEmpty() ? "" : " (" + params + ")");
    }

    private void problem(String element, String type, String message, String log) throws XMLStreamException {
        line(3);
        start(element, "message", message == null ? "" : message);
        if (type != null) {
            attribute("type", type);
        }
        if (log != null) {
            xml.writeCharacters(legal("log: " + log));
        }
        xml.writeEndElement();
    }

    private static String output(PointResult p) {
        StringBuilder out = new StringBuilder();
        if (p.score() != null && p.score().estimate().score() != null) {
            out.append(String.format(
                    Locale.ROOT,
                    "%s %s %s%s%s",
                    p.primary(),
                    Json.number(p.score().estimate().score()),
                    p.score().metric().unit(),
                    p.profiled() ? " (under the profiler " + p.profile().profiler() + ", no score)" : "",
                    p.simulated() ? " (simulated, not measured)" : ""));
        }
        p.suspects().forEach(s -> out.append(out.isEmpty() ? "" : "\n")
                .append("suspect: ")
                .append(s));
        return out.toString();
    }

    private void start(String element, String attribute, String value) throws XMLStreamException {
        xml.writeStartElement(element);
        attribute(attribute, value);
    }

    private void attribute(String name, String value) throws XMLStreamException {
        xml.writeAttribute(name, legal(value));
    }

    private void line(int level) throws XMLStreamException {
        xml.writeCharacters("\n" + "  ".repeat(level));
    }

    /** XML 1.0 cannot hold control characters, not even escaped; logs can. */
    private static String legal(String text) {
        return text.codePoints()
                .map(c -> (c >= 0x20 && c <= 0xD7FF)
                                || c == '\n'
                                || c == '\t'
                                || (c >= 0xE000 && c <= 0xFFFD)
                                || c > 0xFFFF
                        ? c
                        : 0xFFFD)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
