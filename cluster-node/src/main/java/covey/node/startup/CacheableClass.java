package covey.node.startup;

import static java.lang.constant.ConstantDescs.CD_CallSite;
import static java.lang.constant.ConstantDescs.CD_MethodHandle;
import static java.lang.constant.ConstantDescs.CD_MethodType;
import static java.lang.constant.ConstantDescs.ofCallsiteBootstrap;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.attribute.BootstrapMethodsAttribute;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicCallSiteDesc;
import java.lang.invoke.LambdaMetafactory;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Class files in a form that an AOT cache of JDK 25 can hold with all that they link. Two kinds cannot be held as they
 * are: lambdas made by {@code altMetafactory}, as Scala makes all of its own to have them serializable, and class files
 * from before Java 6, which have no stack maps. Not thread-safe.
 */
final class CacheableClass {
    /** Class files of Java 6 and later have stack maps (JVM specification, §4.10.1). */
    private static final int FIRST_VERSION_KEPT = 50;

    private static final int JAVA_8 = 52;
    /** Its one abstract method has one erased type, so that nobody can call a bridge with another. */
    private static final Pattern SCALA_FUNCTION = Pattern.compile("Lscala/Function\\d+;");

    private static final ClassDesc FACTORY = ClassDesc.of(LambdaMetafactory.class.getName());
    private static final DirectMethodHandleDesc METAFACTORY =
            ofCallsiteBootstrap(FACTORY, "metafactory", CD_CallSite, CD_MethodType, CD_MethodHandle, CD_MethodType);

    private final ClassFile classFile;
    private final ClassFile withNewStackMaps;

    /** @param libraries finds the classes that those to be changed refer to */
    CacheableClass(ClassLoader libraries) {
        ClassHierarchyResolver known = ClassHierarchyResolver.ofResourceParsing(libraries)
                .orElse(ClassHierarchyResolver.defaultResolver())
                .cached();
        classFile = ClassFile.of(ClassHierarchyResolverOption.of(known));
        withNewStackMaps = classFile.withOptions(StackMapsOption.GENERATE_STACK_MAPS);
    }

    /** The changed class file; empty where it can stay as it is, or where the JDK's parser does not understand it. */
    Optional<byte[]> of(byte[] bytes) {
        try {
            ClassModel model = classFile.parse(bytes);
            if (model.majorVersion() < FIRST_VERSION_KEPT) {
                return Optional.of(withNewStackMaps.transformClass(model, CacheableClass::modernised));
            }
            return hasSerializableLambdas(model)
                    ? Optional.of(classFile.transformClass(model, plainLambdas()))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            // JDK 25 misreads some table switches; such a class is loaded from its jar as before.
            return Optional.empty();
        }
    }

    private static void modernised(ClassBuilder builder, ClassElement element) {
        switch (element) {
            case ClassFileVersion _ -> builder.withVersion(JAVA_8, 0);
            case MethodModel method
            when method.code().isPresent() ->
                builder.transformMethod(method, MethodTransform.transformingCode((code, each) -> code.with(each)));
            default -> builder.with(element);
        }
    }

    private static boolean hasSerializableLambdas(ClassModel model) {
        return model.findAttribute(Attributes.bootstrapMethods()).stream()
                .map(BootstrapMethodsAttribute::bootstrapMethods)
                .flatMap(List::stream)
                .anyMatch(
                        entry -> entry.bootstrapMethod().asSymbol().methodName().equals("altMetafactory"));
    }

    private static ClassTransform plainLambdas() {
        return ClassTransform.transformingMethodBodies(
                method ->
                        method.code().stream().flatMap(CodeModel::elementStream).anyMatch(CacheableClass::isMadePlain),
                (code, element) -> {
                    if (element instanceof InvokeDynamicInstruction call && isMadePlain(call)) {
                        code.invokedynamic(plain(call));
                    } else {
                        code.with(element);
                    }
                });
    }

    private static DynamicCallSiteDesc plain(InvokeDynamicInstruction call) {
        ConstantDesc[] typesAndBody = call.bootstrapArgs().subList(0, 3).toArray(ConstantDesc[]::new);
        return DynamicCallSiteDesc.of(METAFACTORY, call.name().stringValue(), call.typeSymbol(), typesAndBody);
    }

    /** Without markers, and with bridges only where nobody can call them: then only serializability gets lost. */
    private static boolean isMadePlain(CodeElement element) {
        if (!(element instanceof InvokeDynamicInstruction call)
                || !call.bootstrapMethod().methodName().equals("altMetafactory")
                || !(call.bootstrapArgs().get(3) instanceof Integer flags)) {
            return false;
        }
        boolean bridgesAreIdle = SCALA_FUNCTION
                .matcher(call.typeSymbol().returnType().descriptorString())
                .matches();
        return switch (flags) {
            case LambdaMetafactory.FLAG_SERIALIZABLE -> true;
            case LambdaMetafactory.FLAG_SERIALIZABLE | LambdaMetafactory.FLAG_BRIDGES -> bridgesAreIdle;
            default -> false;
        };
    }
}
