package io.dyno.processor;

import java.util.Set;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.PackageElement;

/** What code in the benchmark's package, which is where the definition stands, may name. */
final class Access {
    private Access() {}

    /** Whether a member itself is within reach of a package; its class is looked at by {@link #reaches}. */
    static boolean reachesMember(PackageElement from, Element member) {
        Set<Modifier> modifiers = member.getModifiers();
        return modifiers.contains(Modifier.PUBLIC)
                || (!modifiers.contains(Modifier.PRIVATE) && packageOf(member).equals(from));
    }

    /** Whether a type and all types around it are within reach of a package. */
    static boolean reaches(PackageElement from, Element type) {
        for (Element e = type; e.getKind() != ElementKind.PACKAGE; e = e.getEnclosingElement()) {
            if (!reachesMember(from, e)) {
                return false;
            }
        }
        return true;
    }

    static PackageElement packageOf(Element element) {
        Element e = element;
        while (e.getKind() != ElementKind.PACKAGE) {
            e = e.getEnclosingElement();
        }
        return (PackageElement) e;
    }
}
