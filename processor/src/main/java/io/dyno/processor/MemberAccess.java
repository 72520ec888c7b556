package io.dyno.processor;

import io.dyno.plan.Rule;
import javax.lang.model.element.Element;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;

/** The rule that generated code must reach what Dyno sets and calls. */
final class MemberAccess {
    private MemberAccess() {}

    /**
     * Checks a field or method.
     *
     * @param type the benchmark class
     * @param verb what is done with the member: {@code set} or {@code call}
     */
    static void check(TypeElement type, Element member, String verb, Report report) {
        if (member.getModifiers().contains(Modifier.PRIVATE)) {
            report.add(
                    Rule.PRIVATE_MEMBER,
                    Position.of(member),
                    "%s is private, so generated code cannot %s it; package-private is enough"
                            .formatted(member.getSimpleName(), verb));
        } else if (!Access.reachesMember(Access.packageOf(type), member)) {
            report.add(
                    Rule.INHERITED_MEMBER,
                    Position.of(member),
                    "%s is inherited from package %s and not public, so the definition in %s cannot %s it; make it public"
                            .formatted(member.getSimpleName(), Access.packageOf(member), Access.packageOf(type), verb));
        }
    }
}
