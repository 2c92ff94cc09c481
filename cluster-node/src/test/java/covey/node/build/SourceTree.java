package covey.node.build;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** What Java files declare, by the compiler's own parser. */
final class SourceTree {
    enum Kind {
        TYPE,
        METHOD,
        VARIABLE
    }

    /**
     * @param lineCount from the first line of the declaration to its last, doc comment excluded
     * @param parameterCount of a method or constructor; 0 for a record, whose components may be many
     */
    record Declaration(Path file, Kind kind, String name, long line, long lineCount, int parameterCount) {}

    private SourceTree() {}

    static List<Declaration> declarations(List<Path> files) {
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var manager = compiler.getStandardFileManager(null, null, null)) {
            var sources = manager.getJavaFileObjectsFromPaths(files);
            var task = (JavacTask) compiler.getTask(null, manager, null, List.of("-proc:none"), null, sources);
            var found = new ArrayList<Declaration>();
            for (CompilationUnitTree unit : task.parse()) {
                unit.accept(new Declarations(unit, Trees.instance(task).getSourcePositions(), found), null);
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Declarations extends TreeScanner<Void, Tree.@Nullable Kind> {
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final List<Declaration> found;

        Declarations(CompilationUnitTree unit, SourcePositions positions, List<Declaration> found) {
            this.unit = unit;
            this.positions = positions;
            this.found = found;
        }

        @Override
        public Void visitClass(ClassTree type, Tree.@Nullable Kind owner) {
            add(Kind.TYPE, type.getSimpleName().toString(), type, 0);
            return super.visitClass(type, type.getKind());
        }

        @Override
        public Void visitMethod(MethodTree method, Tree.@Nullable Kind owner) {
            boolean isRecord = owner == Tree.Kind.RECORD && method.getReturnType() == null;
            int parameterCount = isRecord ? 0 : method.getParameters().size();
            add(Kind.METHOD, method.getName().toString(), method, parameterCount);
            return super.visitMethod(method, owner);
        }

        @Override
        public Void visitVariable(VariableTree variable, Tree.@Nullable Kind owner) {
            add(Kind.VARIABLE, variable.getName().toString(), variable, 0);
            return super.visitVariable(variable, owner);
        }

        private void add(Kind kind, String name, Tree tree, int parameterCount) {
            LineMap lines = unit.getLineMap();
            long first = lines.getLineNumber(positions.getStartPosition(unit, tree));
            long end = positions.getEndPosition(unit, tree);
            long last = end < 0 ? first : lines.getLineNumber(end);
            found.add(new Declaration(
                    Path.of(unit.getSourceFile().toUri()), kind, name, first, last - first + 1, parameterCount));
        }
    }
}
