package covey.node.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.util.ByteString;

/** Answers to HTTP requests. */
public final class Replies {
    public static final int OK = 200;
    public static final int BAD_REQUEST = 400;
    public static final int NOT_FOUND = 404;
    public static final int METHOD_NOT_ALLOWED = 405;
    public static final int TOO_LARGE = 413;
    public static final int UNPROCESSABLE = 422;
    public static final int TOO_MANY = 429;
    public static final int FAILED = 500;
    public static final int UNAVAILABLE = 503;

    private Replies() {}

    /** @param contentType as in the header */
    public static HttpResponse text(String contentType, String text) {
        return HttpResponse.create()
                .withEntity(
                        HttpEntities.create(ContentTypes.parse(contentType), text.getBytes(StandardCharsets.UTF_8)));
    }

    /** One line. */
    public static HttpResponse line(int code, String line) {
        return HttpResponse.create().withStatus(code).withEntity(ContentTypes.TEXT_PLAIN_UTF8, line + "\n");
    }

    public static HttpResponse json(JsonNode json) {
        try {
            return json(new JsonMapper().writeValueAsBytes(json));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("JSON cannot be written", e);
        }
    }

    public static HttpResponse json(byte[] json) {
        return HttpResponse.create().withEntity(ContentTypes.APPLICATION_JSON, ByteString.fromArrayUnsafe(json));
    }

    public static HttpResponse bytes(byte[] bytes) {
        return HttpResponse.create()
                .withEntity(ContentTypes.APPLICATION_OCTET_STREAM, ByteString.fromArrayUnsafe(bytes));
    }
}
