package io.dyno.processor;

import io.dyno.EngineArg;
import io.dyno.plan.Rule;
import io.dyno.plan.Setting;
import io.dyno.plan.Settings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Element;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.util.ElementFilter;
import org.openjdk.jmh.annotations.Param;

/** Rules about {@code @Param} fields and {@code @EngineArg}. */
final class ParamCheck {
    /** A word of letters and digits, more after dashes; dots lead into the keys of a JSON flag. */
    private static final Pattern FLAG = Pattern.compile("[A-Za-z][A-Za-z0-9]*([-_.][A-Za-z0-9]+)*");

    private final BenchmarkDeclaration declaration;
    private final Report report;

    ParamCheck(BenchmarkDeclaration declaration, Report report) {
        this.declaration = declaration;
        this.report = report;
    }

    void check() {
        declaration.params().forEach(this::check);
        checkHidden();
        checkEngineArgsHaveParam();
    }

    private void check(ParamDeclaration param) {
        Element field = param.field();
        if (field.getModifiers().contains(Modifier.STATIC)) {
            add(
                    Rule.STATIC_PARAM,
                    param,
                    "is static, but each point has an instance and a value of its own; remove static");
        }
        if (field.getModifiers().contains(Modifier.FINAL)) {
            add(Rule.FINAL_PARAM, param, "is final, so its values cannot be set; remove final");
        }
        MemberAccess.check(declaration.type(), field, "set", report);
        param.conversion().ifPresentOrElse(conversion -> checkValues(param, conversion), () -> refuseType(param));
        checkFlag(param);
        checkMeaning(param);
    }

    private void refuseType(ParamDeclaration param) {
        add(
                Rule.PARAM_TYPE,
                param,
                "has type %s, which cannot be made from text; use a primitive type or its wrapper, String or an enum"
                        .formatted(param.type()));
    }

    private void checkValues(ParamDeclaration param, Conversion conversion) {
        if (conversion == Conversion.ENUM) {
            Element type = ((DeclaredType) param.type()).asElement();
            if (!Access.reaches(Access.packageOf(declaration.type()), type)) {
                add(
                        Rule.PARAM_TYPE,
                        param,
                        "has type %s, which %s cannot name; make the enum accessible"
                                .formatted(param.type(), Access.packageOf(declaration.type())));
            }
        }
        List<String> values = param.values();
        if (values.isEmpty()) {
            report.add(
                    Rule.PARAM_NO_VALUES,
                    param.position(-1),
                    "@Param field %s has no values, and %s has no finite list of them; write @Param({…})"
                            .formatted(param.name(), param.type()));
        }
        Map<Object, String> seen = new HashMap<>();
        for (int i = 0; i < values.size(); i++) {
            String text = values.get(i);
            try {
                String before = seen.putIfAbsent(conversion.parse(param.name(), text, param.type()), text);
                if (before != null) {
                    String same = before.equals(text) ? "" : ", the same as \"" + before + "\"";
                    report.add(
                            Rule.PARAM_DUPLICATE,
                            param.position(i),
                            "@Param field %s has the value \"%s\" twice%s; for repetition use forks or iterations"
                                    .formatted(param.name(), text, same));
                }
            } catch (IllegalArgumentException e) {
                report.add(Rule.PARAM_VALUE, param.position(i), "@Param " + e.getMessage());
            }
        }
    }

    private void checkFlag(ParamDeclaration param) {
        String flag = param.flag().orElse("x");
        if (!FLAG.matcher(flag).matches()) {
            String bare = flag.strip().replaceFirst("^-+", "").replaceFirst("[\\s=].*", "");
            String remedy = FLAG.matcher(bare).matches()
                    ? "; write \"" + bare + "\""
                    : "; write words joined by dashes, such as \"max-num-seqs\"";
            report.add(
                    Rule.ENGINE_ARG_NAME,
                    param.meaning(),
                    "\"%s\" is not the name of a flag: it is written without leading dashes and without a value%s"
                            .formatted(flag, remedy));
        }
    }

    /** A field must change something: a setting, or what a method of the class does. */
    private void checkMeaning(ParamDeclaration param) {
        Optional<String> named = Settings.find(param.name()).map(Setting::name);
        Optional<String> set = param.setting();
        if (param.engineArg().isPresent() && named.isPresent() && !named.equals(set)) {
            report.add(
                    Rule.PARAM_NAMED_LIKE_SETTING,
                    param.meaning(),
                    "field %s is named like the setting %s but sets %s; rename the field"
                            .formatted(param.name(), named.get(), set.orElseThrow()));
        }
        boolean readable = declaration.methods().stream().anyMatch(method -> !method.isStatic());
        if (set.isEmpty() && !readable) {
            String suggestion = Settings.closest(param.name())
                    .map(name -> "did you mean \"" + name + "\"?")
                    .orElse(
                            "name a setting, add @EngineArg for a flag, or add a @Prompts or @Setup method that reads it");
            add(
                    Rule.PARAM_UNREAD,
                    param,
                    "names no setting, and the class has no method that could read it; " + suggestion);
        }
    }

    private void checkHidden() {
        Map<String, TypeElement> owners = new HashMap<>();
        for (TypeElement owner : declaration.ancestry()) {
            for (VariableElement field : ElementFilter.fieldsIn(owner.getEnclosedElements())) {
                String name = field.getSimpleName().toString();
                if (owners.containsKey(name)) {
                    report.add(
                            Rule.PARAM_HIDDEN,
                            Position.of(field),
                            "field %s of %s hides the @Param field of %s; rename one of them"
                                    .formatted(
                                            name,
                                            owner.getSimpleName(),
                                            owners.get(name).getSimpleName()));
                } else if (Annotations.find(field, Param.class).isPresent()) {
                    owners.put(name, owner);
                }
            }
        }
    }

    private void checkEngineArgsHaveParam() {
        for (TypeElement owner : declaration.ancestry()) {
            for (VariableElement field : ElementFilter.fieldsIn(owner.getEnclosedElements())) {
                Optional<AnnotationMirror> engineArg = Annotations.find(field, EngineArg.class);
                if (engineArg.isPresent()
                        && Annotations.find(field, Param.class).isEmpty()) {
                    report.add(
                            Rule.ENGINE_ARG_WITHOUT_PARAM,
                            Position.of(field, engineArg.get()),
                            "field %s has @EngineArg but no @Param, so the flag gets no value; add @Param({…})"
                                    .formatted(field.getSimpleName()));
                }
            }
        }
    }

    private void add(Rule rule, ParamDeclaration param, String message) {
        report.add(rule, Position.of(param.field()), "@Param field " + param.name() + " " + message);
    }
}
