package covey.protocol.contribution;

import covey.protocol.model.ContentId;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.model.RunId;

/**
 * What a contribution says about itself (rule H4); all of it is signed.
 *
 * @param baseRoot state root of the parameters that it was trained from, θ_r
 * @param layout {@link Layout#hash}
 * @param samples {@link SampleRoot} of the samples trained on
 * @param steps inner steps made, h
 * @param bits 1 or 2 a value
 */
public record ContributionHeader(
        RunId run, long round, Hotkey hotkey, ContentId baseRoot, Hash layout, Hash samples, int steps, int bits) {}
