package io.dyno.processor;

import io.dyno.plan.BenchmarkDescriptor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.util.Elements;
import org.openjdk.jmh.annotations.Level;

/**
 * All that a definition is generated from; made of declarations that broke no rule.
 *
 * @param type the benchmark class
 * @param packageName the package of both
 * @param simpleName the definition's simple name
 * @param descriptor what the definition describes
 * @param fields fields that can be set
 * @param prompts the method that makes prompts, if any
 * @param setups {@code @Setup} methods in calling order
 * @param tearDowns {@code @TearDown} methods in calling order
 * @param suppressed warnings that naming the class and its members would give, in the order of the compiler's help
 */
record BenchmarkModel(
        TypeElement type,
        String packageName,
        String simpleName,
        BenchmarkDescriptor descriptor,
        List<Field> fields,
        Optional<Call> prompts,
        List<LifecycleCall> setups,
        List<LifecycleCall> tearDowns,
        List<String> suppressed) {

    BenchmarkModel {
        fields = List.copyOf(fields);
        setups = List.copyOf(setups);
        tearDowns = List.copyOf(tearDowns);
        suppressed = List.copyOf(suppressed);
    }

    /**
     * A field that can be set.
     *
     * @param name its name
     * @param conversion from text to its type
     * @param enumType the enum, for {@link Conversion#ENUM}; else null
     */
    record Field(String name, Conversion conversion, TypeElement enumType) {}

    /**
     * A method that can be called.
     *
     * @param name its name
     * @param isStatic whether it is called on the class
     */
    record Call(String name, boolean isStatic) {}

    /**
     * A method that is called before or after something.
     *
     * @param call the method
     * @param level before or after what
     * @param takesEngine whether the engine is its parameter
     */
    record LifecycleCall(Call call, Level level, boolean takesEngine) {}

    static BenchmarkModel of(BenchmarkDeclaration declaration, BenchmarkDescriptor descriptor, Elements elements) {
        List<LifecycleCall> setups = new ArrayList<>();
        List<LifecycleCall> tearDowns = new ArrayList<>();
        for (MethodDeclaration method : declaration.methods()) {
            method.setup().ifPresent(mark -> setups.add(lifecycle(method, mark.level())));
            method.tearDown().ifPresent(mark -> tearDowns.add(lifecycle(method, mark.level())));
        }
        Collections.reverse(tearDowns); // as constructors and destructors nest: what was set up last goes first
        return new BenchmarkModel(
                declaration.type(),
                Access.packageOf(declaration.type()).getQualifiedName().toString(),
                simpleName(declaration.type()),
                descriptor,
                declaration.params().stream().map(BenchmarkModel::field).toList(),
                declaration.methods().stream()
                        .filter(method -> method.prompts().isPresent())
                        .map(BenchmarkModel::call)
                        .findFirst(),
                setups,
                tearDowns,
                suppressed(declaration, elements));
    }

    /** {@code Outer_Inner_Definition} for Outer.Inner. */
    static String simpleName(TypeElement type) {
        StringBuilder name = new StringBuilder("Definition");
        for (Element e = type; e.getKind() != ElementKind.PACKAGE; e = e.getEnclosingElement()) {
            name.insert(0, e.getSimpleName() + "_");
        }
        return name.toString();
    }

    private static Field field(ParamDeclaration param) {
        Conversion conversion = param.conversion().orElseThrow();
        TypeElement enumType =
                conversion == Conversion.ENUM ? (TypeElement) ((DeclaredType) param.type()).asElement() : null;
        return new Field(param.name(), conversion, enumType);
    }

    private static Call call(MethodDeclaration method) {
        return new Call(method.name(), method.isStatic());
    }

    private static LifecycleCall lifecycle(MethodDeclaration method, Level level) {
        return new LifecycleCall(
                call(method), level, !method.method().getParameters().isEmpty());
    }

    private static List<String> suppressed(BenchmarkDeclaration declaration, Elements elements) {
        List<Element> named = named(declaration);
        List<String> suppressed = new ArrayList<>();
        if (named.stream().anyMatch(BenchmarkModel::mayBeAuxiliary)) {
            suppressed.add("auxiliaryclass");
        }
        if (named.stream().anyMatch(element -> isDeprecated(element, elements))) {
            suppressed.add("deprecation");
            suppressed.add("removal");
        }
        return suppressed;
    }

    /** What generated code names. */
    private static List<Element> named(BenchmarkDeclaration declaration) {
        List<Element> named = new ArrayList<>();
        named.add(declaration.type());
        declaration.type().getEnclosedElements().stream()
                .filter(element -> element.getKind() == ElementKind.CONSTRUCTOR)
                .forEach(named::add);
        declaration.methods().forEach(method -> named.add(method.method()));
        for (ParamDeclaration param : declaration.params()) {
            named.add(param.field());
            if (param.type().getKind() == TypeKind.DECLARED) {
                named.add(((DeclaredType) param.type()).asElement());
            }
        }
        return named;
    }

    /** A top-level class that is not public may stand in the file of another; the compiler warns of its use, and only it knows the file. */
    private static boolean mayBeAuxiliary(Element element) {
        return element.getEnclosingElement().getKind() == ElementKind.PACKAGE
                ? !element.getModifiers().contains(Modifier.PUBLIC)
                : mayBeAuxiliary(element.getEnclosingElement());
    }

    private static boolean isDeprecated(Element element, Elements elements) {
        for (Element e = element; e.getKind() != ElementKind.PACKAGE; e = e.getEnclosingElement()) {
            if (elements.isDeprecated(e)) {
                return true;
            }
        }
        return false;
    }
}
