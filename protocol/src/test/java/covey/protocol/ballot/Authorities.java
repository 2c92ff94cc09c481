package covey.protocol.ballot;

import covey.protocol.ledger.LedgerMachine;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hash;
import covey.protocol.model.ModelShape;
import covey.protocol.model.Role;
import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** A run that has nothing but authorities, with {@link MixCrypto}. */
record Authorities(Genesis genesis, RunId run, Crypto crypto, LedgerMachine ledger) {
    static Authorities of(int count) {
        List<Crypto.Signer> signers =
                IntStream.range(0, count).mapToObj(MixCrypto::signer).toList();
        List<Genesis.Member> members = signers.stream()
                .map(s -> new Genesis.Member(s.hotkey(), s.hotkey(), Role.AUTHORITY.bit(), "a"))
                .toList();
        List<Genesis.Authority> named = signers.stream()
                .map(s -> new Genesis.Authority(s.hotkey(), "localhost:1", "localhost:2"))
                .toList();
        ContentId none = new ContentId(Hash.ZERO);
        Genesis genesis = new Genesis(
                "test",
                new ModelShape(64, 64, 1, 1, 1, 64, 16, true),
                7,
                none,
                new Genesis.Training(4, 2, 3e-3, 2, 0, 0.1, 0.9, 0.95, 1e-8, 0.1, 1.0, 1, 0.95f, 1 << 16),
                new Genesis.Timing(200, 1000, 20_000, 10_000, 1, 2, 64),
                members,
                named,
                new Genesis.DataManifest("bytes", none, 161, none, 161, 160, "test"));
        RunId run = new RunId(new Hash(count, 1, 1, 1));
        Crypto crypto = new MixCrypto();
        return new Authorities(genesis, run, crypto, new LedgerMachine(genesis, run, crypto));
    }

    int count() {
        return genesis.authorities().size();
    }

    BallotMachine machine(int index, long seed, Set<BallotFault> faults) {
        return new BallotMachine(genesis, run, crypto, MixCrypto.signer(index), ledger, seed, faults);
    }

    CertificateCheck check() {
        return new CertificateCheck(genesis, run, crypto);
    }
}
