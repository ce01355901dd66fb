package {{package}}.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** JSON as Java's own values: Map, List, String, Long, Double, Boolean, null. */
public final class Json {
    private static final int MAX_DEPTH = 500;
    private final String text;
    private int at = 0;

    private Json(String text) {
        this.text = text;
    }

    /** Throws an IllegalArgumentException for a text that is not JSON. */
    public static Object parse(String text) {
        Json json = new Json(text);
        Object value = json.value(0);
        json.blanks();
        if (json.at != text.length()) throw json.unexpected();
        return value;
    }

    public static String write(Object value) {
        StringBuilder out = new StringBuilder();
        write(value, out);
        return out.toString();
    }

    /** A number as the type a member has; null stays null. */
    public static Double asDouble(Object value) {
        return value == null ? null : Double.valueOf(((Number) value).doubleValue());
    }

    public static Integer asInteger(Object value) {
        return value == null ? null : Integer.valueOf(Math.toIntExact(((Number) value).longValue()));
    }

    @SuppressWarnings("unchecked")
    public static Map<String, Object> asMap(Object value) {
        return (Map<String, Object>) value;
    }

    /** Each item of a list as something else; null stays null. */
    public static <R> List<R> listOf(Object value, Function<Object, R> change) {
        if (value == null) return null;
        List<R> made = new ArrayList<>();
        for (Object item : (List<?>) value) made.add(change.apply(item));
        return made;
    }

    /** A list of objects as JSON; the list is not null. */
    public static <T> List<Object> jsonOf(List<T> list, Function<T, Object> change) {
        List<Object> made = new ArrayList<>();
        for (T item : list) made.add(change.apply(item));
        return made;
    }

    private Object value(int depth) {
        if (depth > MAX_DEPTH) throw new IllegalArgumentException("JSON is nested too deep");
        blanks();
        if (at >= text.length()) throw unexpected();
        char first = text.charAt(at);
        if (first == '{') return object(depth);
        if (first == '[') return array(depth);
        if (first == '"') return string();
        if (text.startsWith("true", at)) return word(4, Boolean.TRUE);
        if (text.startsWith("false", at)) return word(5, Boolean.FALSE);
        if (text.startsWith("null", at)) return word(4, null);
        return number();
    }

    private Object word(int length, Object value) {
        at += length;
        return value;
    }

    private Map<String, Object> object(int depth) {
        Map<String, Object> map = new LinkedHashMap<>();
        at++;
        blanks();
        if (peek('}')) return map;
        do {
            blanks();
            String name = string();
            blanks();
            if (!peek(':')) throw unexpected();
            map.put(name, value(depth + 1));
            blanks();
        } while (peek(','));
        if (!peek('}')) throw unexpected();
        return map;
    }

    private List<Object> array(int depth) {
        List<Object> list = new ArrayList<>();
        at++;
        blanks();
        if (peek(']')) return list;
        do {
            list.add(value(depth + 1));
            blanks();
        } while (peek(','));
        if (!peek(']')) throw unexpected();
        return list;
    }

    private String string() {
        if (!peek('"')) throw unexpected();
        StringBuilder out = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') return out.toString();
            if (c != '\\') {
                out.append(c);
                continue;
            }
            if (at >= text.length()) break;
            char escaped = text.charAt(at++);
            int place = "bfnrt".indexOf(escaped);
            if (place >= 0) {
                out.append("\b\f\n\r\t".charAt(place));
            } else if (escaped == 'u' && at + 4 <= text.length()) {
                out.append((char) Integer.parseInt(text.substring(at, at + 4), 16));
                at += 4;
            } else {
                out.append(escaped);
            }
        }
        throw unexpected();
    }

    private Object number() {
        int from = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) at++;
        String digits = text.substring(from, at);
        if (digits.isEmpty()) throw unexpected();
        if (digits.matches("-?\\d{1,18}")) return Long.valueOf(digits);
        return Double.valueOf(digits);
    }

    private boolean peek(char c) {
        if (at >= text.length() || text.charAt(at) != c) return false;
        at++;
        return true;
    }

    private void blanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
    }

    private IllegalArgumentException unexpected() {
        return new IllegalArgumentException("Not JSON at character " + at);
    }

    private static void write(Object value, StringBuilder out) {
        if (value instanceof Map) {
            String separator = "{";
            for (Map.Entry<String, Object> entry : asMap(value).entrySet()) {
                out.append(separator);
                write(entry.getKey(), out);
                out.append(':');
                write(entry.getValue(), out);
                separator = ",";
            }
            out.append(separator.equals("{") ? "{}" : "}");
        } else if (value instanceof Iterable) {
            String separator = "[";
            for (Object item : (Iterable<?>) value) {
                out.append(separator);
                write(item, out);
                separator = ",";
            }
            out.append(separator.equals("[") ? "[]" : "]");
        } else if (value instanceof CharSequence) {
            writeString(value.toString(), out);
        } else {
            out.append(value);
        }
    }

    private static void writeString(String value, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') out.append('\\').append(c);
            else if (c < 0x20) out.append(String.format("\\u%04x", (int) c));
            else out.append(c);
        }
        out.append('"');
    }
}
