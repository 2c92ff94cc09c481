package covey.protocol.round;

final class TrainRules {}
