package covey.node.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import covey.protocol.port.FaultPoints.Point;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Which nodes are struck where, known before the start (rule G1): the same seed gives the same plan. */
public record FaultPlan(List<Strike> strikes) {
    public static final FaultPlan NONE = new FaultPlan(List.of());
    /** A kill needs a round before it, and two after it to come back in. */
    public static final int ROUNDS_MIN = 8;

    private static final List<String> PHASES = List.of("TRAIN", "COMMIT", "COLLECT");

    /**
     * @param node name of the victim
     * @param hit strikes the n-th time that the victim is at the point in that round, from 1
     * @param kind what is done to it: {@code kill}
     */
    public record Strike(long round, String node, Point point, int hit, String kind) {}

    public FaultPlan {
        strikes = List.copyOf(strikes);
    }

    /**
     * One kill in TRAIN, one in COMMIT and one in COLLECT, spread over the rounds; of three different trainers where
     * there
     * are so many, as one that starts again cannot be struck yet.
     */
    public static FaultPlan draw(long seed, List<String> trainers, int rounds) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        List<Strike> strikes = new ArrayList<>();
        List<String> victims = new ArrayList<>(trainers);
        for (int i = victims.size() - 1; i > 0; i--) {
            Collections.swap(victims, i, random.nextInt(i + 1));
        }
        int span = (rounds - 2) / PHASES.size();
        for (int i = 0; i < PHASES.size(); i++) {
            List<Point> points = pointsOf(PHASES.get(i));
            long round = 2 + (long) i * span + random.nextInt(Math.max(1, span - 1));
            String victim = victims.get(i % victims.size());
            strikes.add(new Strike(round, victim, points.get(random.nextInt(points.size())), 1, "kill"));
        }
        return new FaultPlan(strikes);
    }

    private static List<Point> pointsOf(String phase) {
        return List.of(Point.values()).stream()
                .filter(point -> point.phase().equals(phase))
                .toList();
    }

    /** The part of the plan that one node has to know. */
    public FaultPlan of(String node) {
        return new FaultPlan(
                strikes.stream().filter(strike -> strike.node().equals(node)).toList());
    }

    public FaultPlan without(Strike done) {
        List<Strike> left = new ArrayList<>(strikes);
        left.remove(done);
        return new FaultPlan(left);
    }

    /** Whoever reads the file meanwhile sees the old plan or this one. */
    public void write(Path file) throws IOException {
        JsonMapper mapper = new JsonMapper();
        ArrayNode array = mapper.createArrayNode();
        for (Strike strike : strikes) {
            array.addObject()
                    .put("round", strike.round())
                    .put("node", strike.node())
                    .put("point", strike.point().name())
                    .put("hit", strike.hit())
                    .put("kind", strike.kind());
        }
        Path whole = Files.write(file.resolveSibling(file.getFileName() + ".new"), mapper.writeValueAsBytes(array));
        Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    }

    public static FaultPlan read(Path file) {
        try {
            List<Strike> strikes = new ArrayList<>();
            for (JsonNode strike : new JsonMapper().readTree(Files.readAllBytes(file))) {
                strikes.add(new Strike(
                        strike.path("round").asLong(),
                        strike.path("node").asText(),
                        Point.valueOf(strike.path("point").asText()),
                        strike.path("hit").asInt(1),
                        strike.path("kind").asText()));
            }
            return new FaultPlan(strikes);
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigError("faultPlan: " + file + " (expected: a plan that covey testnet wrote)", e);
        }
    }
}
