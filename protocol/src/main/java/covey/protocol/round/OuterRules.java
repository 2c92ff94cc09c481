package covey.protocol.round;

final class OuterRules {}
