package covey.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import covey.node.config.ConfigError;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import picocli.CommandLine.Option;

/** The option {@code --node}, and what can be asked there. */
public final class NodeApi {
    private static final int TIMEOUT_MS = 5_000;
    private static final int ANSWER_MAX_BYTES = 16 << 20;

    @Option(
            names = "--node",
            paramLabel = "URL",
            required = true,
            description = "A node's management URL, as http://127.0.0.1:8558.")
    private String node = "";

    /** @param url as given with {@code --node} */
    public static NodeApi at(String url) {
        NodeApi api = new NodeApi();
        api.node = url;
        return api;
    }

    /** The JSON at {@code /api/v1/NAME}; a node that does not answer with it is a {@link CommandFailed}. */
    public JsonNode get(String name) {
        URI uri = uri(name);
        try {
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
            connection.setConnectTimeout(TIMEOUT_MS);
            connection.setReadTimeout(TIMEOUT_MS);
            connection.setRequestProperty("Accept", "application/json");
            return answer(uri, connection);
        } catch (IOException e) {
            throw new CommandFailed(
                    "--node: " + node + " (expected: a running node that answers; " + e.getMessage() + ")", e);
        }
    }

    private static JsonNode answer(URI uri, HttpURLConnection connection) throws IOException {
        int code = connection.getResponseCode();
        if (code != HttpURLConnection.HTTP_OK) {
            throw new CommandFailed("--node: " + uri + " answered " + code + " (expected: 200 from a Covey node)");
        }
        try (InputStream in = connection.getInputStream()) {
            return new JsonMapper().readTree(in.readNBytes(ANSWER_MAX_BYTES));
        }
    }

    private URI uri(String name) {
        try {
            URI base = new URI(node.endsWith("/") ? node : node + "/");
            if (!"http".equals(base.getScheme()) && !"https".equals(base.getScheme()) || base.getHost() == null) {
                throw new ConfigError("--node: " + node + " (expected: http://HOST:PORT)");
            }
            return base.resolve("api/v1/" + name);
        } catch (URISyntaxException e) {
            throw new ConfigError("--node: " + node + " (expected: http://HOST:PORT)", e);
        }
    }
}
