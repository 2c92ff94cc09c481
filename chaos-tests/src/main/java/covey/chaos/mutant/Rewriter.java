package covey.chaos.mutant;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.List;

/** Makes one edit while the code of a method passes by. */
final class Rewriter implements CodeTransform {
    private final Edit edit;
    private int seen;
    private boolean done;

    Rewriter(Edit edit) {
        this.edit = edit;
    }

    boolean isDone() {
        return done;
    }

    @Override
    public void accept(CodeBuilder code, CodeElement element) {
        boolean changed = switch (edit) {
            case Edit.Negate e -> negate(code, element, e);
            case Edit.Skip e ->
                isCall(element, e.called(), e.nth()) && skip(code, (InvokeInstruction) element, e.result());
            case Edit.PassOn e -> isCall(element, e.called(), e.nth()) && passOn(code, (InvokeInstruction) element);
            case Edit.Twice e -> isCall(element, e.called(), e.nth()) && twice(code, (InvokeInstruction) element);
            case Edit.Constant e -> constant(code, element, e);
        };
        done |= changed;
        if (!changed) {
            code.with(element);
        }
    }

    private boolean negate(CodeBuilder code, CodeElement element, Edit.Negate negate) {
        boolean here = element instanceof BranchInstruction branch
                && branch.opcode() != Opcode.GOTO
                && branch.opcode() != Opcode.GOTO_W
                && seen++ == negate.branch();
        if (here) {
            BranchInstruction branch = (BranchInstruction) element;
            code.branch(opposite(branch.opcode()), branch.target());
        }
        return here;
    }

    private static Opcode opposite(Opcode opcode) {
        return switch (opcode) {
            case IFEQ -> Opcode.IFNE;
            case IFNE -> Opcode.IFEQ;
            case IFLT -> Opcode.IFGE;
            case IFGE -> Opcode.IFLT;
            case IFGT -> Opcode.IFLE;
            case IFLE -> Opcode.IFGT;
            case IF_ICMPEQ -> Opcode.IF_ICMPNE;
            case IF_ICMPNE -> Opcode.IF_ICMPEQ;
            case IF_ICMPLT -> Opcode.IF_ICMPGE;
            case IF_ICMPGE -> Opcode.IF_ICMPLT;
            case IF_ICMPGT -> Opcode.IF_ICMPLE;
            case IF_ICMPLE -> Opcode.IF_ICMPGT;
            case IF_ACMPEQ -> Opcode.IF_ACMPNE;
            case IF_ACMPNE -> Opcode.IF_ACMPEQ;
            case IFNULL -> Opcode.IFNONNULL;
            case IFNONNULL -> Opcode.IFNULL;
            default -> throw new IllegalStateException("branch: " + opcode);
        };
    }

    private boolean isCall(CodeElement element, String called, int nth) {
        return element instanceof InvokeInstruction call && call.name().equalsString(called) && seen++ == nth;
    }

    private static boolean skip(CodeBuilder code, InvokeInstruction call, long result) {
        popArguments(code, call);
        if (call.opcode() != Opcode.INVOKESTATIC) {
            code.pop();
        }
        instead(code, call.typeSymbol().returnType(), result);
        return true;
    }

    private static boolean passOn(CodeBuilder code, InvokeInstruction call) {
        popArguments(code, call);
        return true;
    }

    private static boolean twice(CodeBuilder code, InvokeInstruction call) {
        List<ClassDesc> types = call.typeSymbol().parameterList();
        int first = code.allocateLocal(TypeKind.REFERENCE);
        if (types.size() != 1 || TypeKind.from(types.getFirst()) != TypeKind.REFERENCE) {
            throw new IllegalStateException("call: " + call + " (expected: one reference as argument)");
        }
        code.astore(first).dup().aload(first).with(call);
        switch (TypeKind.from(call.typeSymbol().returnType()).slotSize()) {
            case 1 -> code.pop();
            case 2 -> code.pop2();
            default -> {}
        }
        code.aload(first).with(call);
        return true;
    }

    private static void popArguments(CodeBuilder code, InvokeInstruction call) {
        MethodTypeDesc type = call.typeSymbol();
        for (int i = type.parameterCount() - 1; i >= 0; i--) {
            if (TypeKind.from(type.parameterType(i)).slotSize() == 2) {
                code.pop2();
            } else {
                code.pop();
            }
        }
    }

    private static void instead(CodeBuilder code, ClassDesc type, long result) {
        switch (TypeKind.from(type).asLoadable()) {
            case INT -> code.loadConstant((int) result);
            case LONG -> code.loadConstant(result);
            case VOID -> {}
            case REFERENCE -> {
                if (!type.descriptorString().equals("Ljava/util/Optional;")) {
                    throw new IllegalStateException("result: " + type + " (expected: a number, nothing or Optional)");
                }
                code.invokestatic(type, "empty", MethodTypeDesc.of(type));
            }
            case FLOAT, DOUBLE, BYTE, SHORT, CHAR, BOOLEAN -> throw new IllegalStateException("result: " + type);
        }
    }

    private boolean constant(CodeBuilder code, CodeElement element, Edit.Constant change) {
        boolean here = element instanceof ConstantInstruction load
                && load.constantValue() instanceof Number number
                && (number instanceof Integer || number instanceof Long)
                && number.longValue() == change.from()
                && seen++ == change.nth();
        if (here && ((ConstantInstruction) element).typeKind() == TypeKind.LONG) {
            code.loadConstant(change.to());
        } else if (here) {
            code.loadConstant((int) change.to());
        }
        return here;
    }
}
