package covey.node.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValue;
import covey.protocol.model.Economics;
import covey.protocol.model.Role;
import covey.protocol.model.RunId;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Reads a {@link NodeConfig}: defaults, then a file, then options of the command line, each over the one before. */
public final class NodeConfigFile {
    private static final String DEFAULTS = "node.conf";
    private static final int MESSAGE_MAX_CHARACTERS = 200;
    private static final long RATE_MIN_BYTES = 65_536;
    private static final long RATE_MAX_BYTES = 125_000_000_000L;

    private static final long HISTORY_MAX_BLOCKS = 1_000_000_000;
    private static final int SCORER_MEMORY_MAX_MIB = 1 << 20;
    private static final Config SCORER =
            ConfigFactory.parseMap(Map.of("mechanism", "", "command", List.of(), "memoryMiB", 512));

    private final Config config;

    private static final String DATA_DIRECTORY = "dataDirectory = \"covey-node\"";

    private NodeConfigFile(Config config) {
        this.config = config;
    }

    /** The commented defaults, as {@code covey init} writes them. */
    public static String defaultText() {
        try (InputStream in = Objects.requireNonNull(NodeConfigFile.class.getResourceAsStream(DEFAULTS))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The commented defaults for a node in that folder. */
    public static String textFor(Path folder) {
        return defaultText().replace(DATA_DIRECTORY, "dataDirectory = " + quoted(folder.toString()));
    }

    /** A text as HOCON has it. */
    public static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /**
     * Reads and checks. A mistake is a {@link ConfigError}.
     *
     * @param file HOCON; empty: defaults only
     * @param overrides from path, as {@code ports.http}, to value: text, number, boolean or list
     */
    public static NodeConfig load(Optional<Path> file, Map<String, ?> overrides) {
        try {
            Config defaults = resolve(ConfigFactory.parseString(defaultText()));
            Config given = resolve(file.map(NodeConfigFile::parse).orElse(ConfigFactory.empty()));
            Config options = ConfigFactory.parseMap(overrides, "command line");
            requireKnown(
                    "", given.root(), defaults.root(), file.map(Path::toString).orElse(""));
            requireKnown("", options.root(), defaults.root(), "command line");
            return new NodeConfigFile(options.withFallback(given).withFallback(defaults)).read();
        } catch (ConfigException e) {
            throw new ConfigError("configuration: " + firstLine(e) + " (expected: what covey init writes)", e);
        }
    }

    private static Config parse(Path file) {
        if (!Files.isReadable(file)) {
            throw new ConfigError("--config: " + file + " (expected: a readable file)");
        }
        ConfigParseOptions strict =
                ConfigParseOptions.defaults().setAllowMissing(false).setSyntax(ConfigSyntax.CONF);
        return ConfigFactory.parseFile(file.toFile(), strict);
    }

    /** Substitutions may name system properties and environment variables. */
    private static Config resolve(Config config) {
        return config.resolveWith(ConfigFactory.systemProperties());
    }

    private static void requireKnown(String prefix, ConfigObject given, ConfigObject known, String where) {
        for (Map.Entry<String, ConfigValue> entry : given.entrySet()) {
            String path = prefix + entry.getKey();
            ConfigValue expected = known.get(entry.getKey());
            if (expected == null) {
                throw unknown(path, where);
            }
            if (expected instanceof ConfigObject inner && entry.getValue() instanceof ConfigObject object) {
                requireKnown(path + ".", object, inner, where);
            }
        }
    }

    private static ConfigError unknown(String path, String where) {
        return new ConfigError(path + ": unknown key in " + where + " (expected: a key that covey init writes)");
    }

    private static String firstLine(ConfigException e) {
        String line = String.valueOf(e.getMessage()).lines().findFirst().orElse("unreadable");
        return line.length() <= MESSAGE_MAX_CHARACTERS ? line : line.substring(0, MESSAGE_MAX_CHARACTERS) + "...";
    }

    private NodeConfig read() {
        Path data = Path.of(config.getString("dataDirectory")).toAbsolutePath().normalize();
        String host = host("host").orElse("127.0.0.1");
        return new NodeConfig(
                data,
                path("hotkeyFile").orElse(data.resolve("hotkey.key")),
                config.getStringList("seeds").stream()
                        .map(seed -> HostPort.parse("seeds", seed))
                        .toList(),
                runId(),
                roles(config.getStringList("roles")),
                host,
                host("advertisedHost").orElse(host),
                ports(),
                host("httpHost").orElse("127.0.0.1"),
                engineThreads(),
                device(),
                named("gpuProducts", NodeConfig.GpuProducts.values(), "bf16 or fp32"),
                engineBackend(),
                path("corpus"),
                whole("uploadBytesPerSecond", RATE_MIN_BYTES, RATE_MAX_BYTES),
                whole("downloadBytesPerSecond", RATE_MIN_BYTES, RATE_MAX_BYTES),
                whole("historyBlocks", 0, HISTORY_MAX_BLOCKS),
                config.getBoolean("jsonEvents"),
                path("faultPlan"),
                text("hostile"),
                config.getConfigList("scorers").stream()
                        .map(NodeConfigFile::scorer)
                        .toList(),
                logLevel());
    }

    private static NodeConfig.Scorer scorer(Config given) {
        requireKnown("scorers.", given.root(), SCORER.root(), "scorers");
        Config scorer = given.withFallback(SCORER);
        NodeConfigFile read = new NodeConfigFile(scorer);
        List<String> command = scorer.getStringList("command");
        String mechanism = scorer.getString("mechanism");
        boolean isBuiltIn = mechanism.equals(Economics.PRE_TRAINING) || mechanism.equals(Economics.AVAILABILITY);
        if (mechanism.isBlank() || isBuiltIn || command.isEmpty()) {
            throw new ConfigError("scorers: " + given.root().unwrapped()
                    + " (expected: a mechanism that nodes do not score by themselves, and a command)");
        }
        return new NodeConfig.Scorer(mechanism, command, (int) read.whole("memoryMiB", 16, SCORER_MEMORY_MAX_MIB));
    }

    private NodeConfig.Ports ports() {
        return new NodeConfig.Ports(
                port("artery"), port("ballots"), port("door"), port("http"), port("bulkRequest"), port("bulkResponse"));
    }

    private int port(String name) {
        return (int) whole("ports." + name, 0, 65_535);
    }

    private int engineThreads() {
        int threads = (int) whole("engineThreads", 0, 1024);
        return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    }

    private long whole(String path, long min, long max) {
        long value = config.getLong(path);
        if (value < min || value > max) {
            throw new ConfigError(path + ": " + value + " (expected: " + min + " to " + max + ")");
        }
        return value;
    }

    private Optional<String> text(String path) {
        return Optional.of(config.getString(path)).filter(text -> !text.isBlank());
    }

    private Optional<Path> path(String path) {
        return text(path).map(text -> Path.of(text).toAbsolutePath().normalize());
    }

    private Optional<String> host(String path) {
        return text(path)
                .map(text -> HostPort.parse(path, text.contains(":") ? "[" + text + "]:1" : text + ":1")
                        .host());
    }

    private Optional<RunId> runId() {
        return text("runId").map(text -> {
            if (!text.matches("[0-9a-f]{64}")) {
                throw new ConfigError("runId: '" + text + "' (expected: 64 lower-case hexadecimal digits)");
            }
            return RunId.parse(text);
        });
    }

    /** Roles by their lower-case names. */
    public static Set<Role> roles(List<String> names) {
        EnumSet<Role> roles = EnumSet.noneOf(Role.class);
        for (String name : names) {
            roles.add(role(name));
        }
        if (roles.isEmpty()) {
            throw new ConfigError("roles: none (expected: one or more of trainer, validator, observer, authority)");
        }
        return roles;
    }

    private static Role role(String name) {
        for (Role role : Role.values()) {
            if (role.name().toLowerCase(Locale.ROOT).equals(name)) {
                return role;
            }
        }
        throw new ConfigError("roles: '" + name + "' (expected: trainer, validator, observer or authority)");
    }

    private NodeConfig.Device device() {
        return named("device", NodeConfig.Device.values(), "auto, cpu or cuda");
    }

    private NodeConfig.EngineBackend engineBackend() {
        return named("engineBackend", NodeConfig.EngineBackend.values(), "auto, vector or reference");
    }

    private NodeConfig.LogLevel logLevel() {
        return named("logLevel", NodeConfig.LogLevel.values(), "error, warn, info, debug or trace");
    }

    private <E extends Enum<E>> E named(String path, E[] values, String names) {
        String name = config.getString(path);
        for (E value : values) {
            if (value.name().toLowerCase(Locale.ROOT).equals(name)) {
                return value;
            }
        }
        throw new ConfigError(path + ": '" + name + "' (expected: " + names + ")");
    }
}
