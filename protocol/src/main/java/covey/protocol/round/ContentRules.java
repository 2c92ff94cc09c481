package covey.protocol.round;

final class ContentRules {}
