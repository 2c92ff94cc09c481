package covey.chaos.hostile;

import covey.node.wiring.HostileRoles.Self;
import covey.node.wiring.HostileRoles.Tools;
import covey.protocol.model.Role;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How a node cheats in a network, where its engine is not what cheats. */
enum Ploy {
    /** Trains and commits, says that it holds what others sent, and serves nothing to anybody. */
    WITHHOLDER(Role.TRAINER),
    /** Signs two Commits a round, and sends every other authority the second one. */
    EQUIVOCATOR(Role.TRAINER),
    /** Trains, and commits to the very bytes of its first contribution again. */
    REPLAYER(Role.TRAINER),
    /** Judges, and says the opposite. */
    LYING_VALIDATOR(Role.VALIDATOR),
    /** Measures nothing, and says what another validator said. */
    LAZY_VALIDATOR(Role.VALIDATOR);

    private final Role role;

    Ploy(Role role) {
        this.role = role;
    }

    Role role() {
        return role;
    }

    /** Its name on the command line. */
    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<Ploy> of(String text) {
        return Arrays.stream(values()).filter(ploy -> ploy.text().equals(text)).findFirst();
    }

    Tools disguise(Tools honest, Self self) {
        return switch (this) {
            case WITHHOLDER ->
                new Tools(honest.engine(), honest.contents(), new MuteTransfer(honest.transfer()), honest.chain());
            case EQUIVOCATOR ->
                speaking(honest, new DisguisedChain(honest.chain(), new TwoTongues(self, honest.chain())));
            case REPLAYER -> {
                OldContents old = new OldContents(honest.contents());
                yield new Tools(
                        honest.engine(),
                        old,
                        honest.transfer(),
                        new DisguisedChain(honest.chain(), new OldCommits(self.signer(), honest.chain(), old)));
            }
            case LYING_VALIDATOR ->
                speaking(honest, new DisguisedChain(honest.chain(), new Liar(self.signer(), honest.chain())));
            case LAZY_VALIDATOR -> {
                Tools lazy =
                        new Tools(new IdleJudge(honest.engine()), honest.contents(), honest.transfer(), honest.chain());
                yield speaking(lazy, new DisguisedChain(honest.chain(), new Parrot(self.signer(), honest.chain())));
            }
        };
    }

    private static Tools speaking(Tools tools, DisguisedChain chain) {
        return new Tools(tools.engine(), tools.contents(), tools.transfer(), chain);
    }
}
