package covey.chaos.mutant;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;

/** Loads all of Covey's classes anew, one of them changed; everything else comes from the parent. */
final class MutantLoader extends ClassLoader {
    private static final String OURS = "covey.";

    private final Mutant mutant;
    private boolean applied;

    MutantLoader(Mutant mutant, ClassLoader parent) {
        super(parent);
        this.mutant = mutant;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OURS)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            return known == null ? define(name) : known;
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] original = in.readAllBytes();
            byte[] bytes = name.equals(mutant.type()) ? changed(original) : original;
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] changed(byte[] original) {
        ClassFile files = ClassFile.of(
                ClassFile.ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(getParent())));
        ClassModel model = files.parse(original);
        Rewriter rewriter = new Rewriter(mutant.edit());
        byte[] bytes = files.transformClass(
                model,
                ClassTransform.transformingMethodBodies(
                        m -> m.methodName().equalsString(mutant.method()), CodeTransform.ofStateful(() -> rewriter)));
        applied = rewriter.isDone();
        if (!applied) {
            throw new IllegalStateException("mutant " + mutant.name() + ": " + mutant.edit() + " in " + mutant.type()
                    + "." + mutant.method() + " (expected: a place that exists)");
        }
        return bytes;
    }
}
