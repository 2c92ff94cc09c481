package covey.protocol.round;

final class JudgeRules {}
