package covey.protocol.data.bpe;

/** Two tokens that stand beside each other become one. */
public record BpeMerge(int left, int right, int merged) {}
