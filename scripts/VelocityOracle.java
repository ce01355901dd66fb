import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.apache.velocity.VelocityContext;
import org.apache.velocity.app.VelocityEngine;

/**
 * Renders templates with the real Apache Velocity 1.7 for scripts/vtl-differential.ts. Standard input: a prelude that sets the variables, then
 * templates, one per line, in base64. Standard output: per template `O` and what it rendered, or `E` and the exception, in base64.
 */
public class VelocityOracle {
  public static void main(String[] args) throws Exception {
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    PrintStream out = new PrintStream(System.out, false, "US-ASCII");
    String prelude = decoded(lines.readLine());
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      VelocityEngine engine = new VelocityEngine();
      engine.setProperty("runtime.log.logsystem.class", "org.apache.velocity.runtime.log.NullLogChute");
      engine.setProperty("directive.foreach.maxloops", "1000");
      engine.init();
      VelocityContext context = new VelocityContext();
      engine.evaluate(context, new StringWriter(), "prelude", prelude);
      StringWriter writer = new StringWriter();
      try {
        engine.evaluate(context, writer, "t", decoded(line));
        out.println("O " + encoded(writer.toString()));
      } catch (Throwable error) {
        out.println("E " + encoded(error.toString()));
      }
    }
    out.flush();
  }

  private static String decoded(String line) {
    return new String(Base64.getDecoder().decode(line), StandardCharsets.UTF_8);
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
