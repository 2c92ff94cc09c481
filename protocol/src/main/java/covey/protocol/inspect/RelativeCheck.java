package covey.protocol.inspect;

import covey.protocol.contribution.Rejection;
import covey.protocol.model.Hotkey;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which of a round's contributions are rejected for how they compare with others (rule D6). */
public final class RelativeCheck {
    private RelativeCheck() {}

    /**
     * @param round valid contributions in the order of their commits
     * @param recent those of earlier rounds, oldest first
     */
    public static SortedMap<Hotkey, Rejection> of(List<Fingerprint> round, List<Fingerprint> recent) {
        SortedMap<Hotkey, Rejection> rejections = new TreeMap<>();
        CheapCheck.of(round, recent)
                .forEach(seen -> seen.rejection().ifPresent(rejection -> rejections.put(seen.hotkey(), rejection)));
        CopyCheck.find(round, recent).forEach(copy -> rejections.put(copy.hotkey(), Rejection.COPY));
        return Collections.unmodifiableSortedMap(rejections);
    }
}
