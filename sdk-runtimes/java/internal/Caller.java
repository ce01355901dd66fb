package {{package}}.internal;

import com.amazonaws.opensdk.config.ConnectionConfiguration;
import com.amazonaws.opensdk.config.TimeoutConfiguration;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Sends requests to the API: signed when there are keys, again after an answer of 429 or 5xx. */
public final class Caller {
    private static final Pattern PARAMETER = Pattern.compile("\\{([^}+]+)(\\+?)\\}");

    public String endpoint;
    public String region;
    public String apiKey;
    public String accessKey;
    public String secretKey;
    public String sessionToken;
    public int maxRetries = 3;
    public ConnectionConfiguration connections = new ConnectionConfiguration();
    public TimeoutConfiguration timeouts = new TimeoutConfiguration();

    private HttpClient client;
    private long lastUsedNanos;
    private Semaphore slots;

    /** The answer, whatever its status; path parameters are filled into `{name}` and `{name+}` of the template. */
    public HttpResponse<String> call(
            String verb, String template, Map<String, String> path, Map<String, String> query, Map<String, String> headers, String body)
            throws IOException, InterruptedException {
        long deadline = timeouts.getTotalExecutionTimeout() == null
                ? Long.MAX_VALUE
                : System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeouts.getTotalExecutionTimeout());
        for (int attempt = 0; ; attempt++) {
            HttpResponse<String> response = null;
            IOException failure = null;
            try {
                response = once(verb, expanded(template, path), new TreeMap<>(query), headers, body, deadline);
            } catch (IOException error) {
                failure = error;
            }
            boolean mayTryAgain = failure != null || response.statusCode() == 429 || response.statusCode() >= 500;
            long pauseMillis = (long) (100L * Math.pow(2, attempt) * ThreadLocalRandom.current().nextDouble(0.5, 1));
            boolean hasTime = deadline == Long.MAX_VALUE || deadline - System.nanoTime() > TimeUnit.MILLISECONDS.toNanos(pauseMillis);
            if (!mayTryAgain || attempt >= maxRetries || !hasTime) {
                if (failure != null) throw failure;
                return response;
            }
            Thread.sleep(pauseMillis);
        }
    }

    private HttpResponse<String> once(
            String verb, String path, TreeMap<String, String> query, Map<String, String> headers, String body, long deadline)
            throws IOException, InterruptedException {
        URI base = URI.create(endpoint.endsWith("/") ? endpoint.substring(0, endpoint.length() - 1) : endpoint);
        StringBuilder search = new StringBuilder();
        for (Map.Entry<String, String> entry : query.entrySet()) {
            search.append(search.length() == 0 ? "" : "&").append(encoded(entry.getKey())).append('=').append(encoded(entry.getValue()));
        }
        String fullPath = (base.getRawPath() == null ? "" : base.getRawPath()) + path;
        URI uri = URI.create(base.getScheme() + "://" + base.getRawAuthority() + fullPath + (search.length() == 0 ? "" : "?" + search));

        TreeMap<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        all.put("Accept", "application/json");
        if (body != null) all.put("Content-Type", "application/json");
        all.putAll(headers);
        if (apiKey != null) all.put("x-api-key", apiKey);
        if (accessKey != null) sign(verb, base.getRawAuthority(), fullPath, search.toString(), all, body == null ? "" : body);

        HttpRequest.Builder request = HttpRequest.newBuilder(uri).method(
                verb, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        all.forEach(request::setHeader);
        if (timeouts.getSocketTimeout() != null) request.timeout(Duration.ofMillis(timeouts.getSocketTimeout()));

        Semaphore slot = slots();
        if (slot != null) slot.acquire();
        CompletableFuture<HttpResponse<String>> answer = null;
        try {
            answer = client().sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
            long nanos = deadline == Long.MAX_VALUE ? Long.MAX_VALUE : Math.max(1, deadline - System.nanoTime());
            if (timeouts.getHttpRequestTimeout() != null) {
                nanos = Math.min(nanos, TimeUnit.MILLISECONDS.toNanos(timeouts.getHttpRequestTimeout()));
            }
            return answer.get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException error) {
            answer.cancel(true);
            throw new IOException("The API did not answer in time", error);
        } catch (ExecutionException error) {
            throw new IOException(error.getCause());
        } finally {
            if (slot != null) slot.release();
        }
    }

    private synchronized Semaphore slots() {
        if (slots == null && connections.getMaxConnections() != null) slots = new Semaphore(connections.getMaxConnections());
        return slots;
    }

    /** Connections that have been idle for too long go with the client that holds them. */
    private synchronized HttpClient client() {
        long now = System.nanoTime();
        Long idleMillis = connections.getConnectionMaxIdleMillis();
        boolean isStale = idleMillis != null && now - lastUsedNanos > TimeUnit.MILLISECONDS.toNanos(idleMillis);
        if (client == null || isStale) client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        lastUsedNanos = now;
        return client;
    }

    public synchronized void shutdown() {
        client = null;
    }

    private static String expanded(String template, Map<String, String> values) {
        Matcher matcher = PARAMETER.matcher(template);
        StringBuffer out = new StringBuffer();
        while (matcher.find()) {
            String value = values.get(matcher.group(1));
            if (value == null || value.isEmpty()) throw new IllegalArgumentException("Missing required parameter: " + matcher.group(1));
            String text = encoded(value);
            matcher.appendReplacement(out, Matcher.quoteReplacement(matcher.group(2).isEmpty() ? text : text.replace("%2F", "/")));
        }
        return matcher.appendTail(out).toString();
    }

    /** Everything but RFC 3986's unreserved characters, percent-encoded. */
    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20").replace("*", "%2A").replace("%7E", "~");
    }

    /** Signature Version 4. */
    private void sign(String verb, String host, String path, String search, TreeMap<String, String> headers, String body) {
        String time = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC).format(Instant.now());
        headers.put("X-Amz-Date", time);
        if (sessionToken != null) headers.put("X-Amz-Security-Token", sessionToken);
        TreeMap<String, String> signed = new TreeMap<>();
        headers.forEach((name, value) -> signed.put(name.toLowerCase(), value.trim().replaceAll(" +", " ")));
        signed.put("host", host);
        // Every segment is encoded once more: all services but S3 sign so.
        String[] segments = path.split("/", -1);
        for (int i = 0; i < segments.length; i++) segments[i] = encoded(segments[i]);
        String canonicalPath = String.join("/", segments);
        StringBuilder lines = new StringBuilder();
        signed.forEach((name, value) -> lines.append(name).append(':').append(value).append('\n'));
        String names = String.join(";", signed.keySet());
        String canonical = String.join("\n", verb, canonicalPath, search, lines, names, hex(sha256(body)));
        String scope = time.substring(0, 8) + "/" + region + "/execute-api/aws4_request";
        String text = String.join("\n", "AWS4-HMAC-SHA256", time, scope, hex(sha256(canonical)));
        byte[] key = ("AWS4" + secretKey).getBytes(StandardCharsets.UTF_8);
        for (String part : scope.split("/")) key = hmac(key, part);
        headers.put(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=" + accessKey + "/" + scope + ", SignedHeaders=" + names + ", Signature=" + hex(hmac(key, text)));
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException error) {
            throw new IllegalStateException(error);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException error) {
            throw new IllegalStateException(error);
        }
    }

    private static String hex(byte[] bytes) {
        StringBuilder out = new StringBuilder();
        for (byte each : bytes) out.append(String.format("%02x", each));
        return out.toString();
    }
}
