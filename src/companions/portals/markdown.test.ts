import { strict as assert } from 'node:assert';
import { describe, test } from 'node:test';
import { markdownHtml } from './markdown.ts';

/** One case per line: Markdown, an arrow, HTML; `¶` is a line break. */
const cases = `
Be *kind*, **very** kind. → <p>Be <em>kind</em>, <strong>very</strong> kind.</p>
*a **b** c* and snake_case_name → <p><em>a <strong>b</strong> c</em> and snake_case_name</p>
~~gone~~ 2 * 3 * 4 → <p><del>gone</del> 2 * 3 * 4</p>
# Title #¶text → <h2>Title</h2><p>text</p>
Title¶=== → <h2>Title</h2>
- one¶- two¶  - three → <ul><li>one</li><li>two<ul><li>three</li></ul></li></ul>
3. c¶4. d → <ol start="3"><li>c</li><li>d</li></ol>
- [x] done → <ul><li><input type="checkbox" disabled checked> done</li></ul>
> quoted¶> more → <blockquote><p>quoted¶more</p></blockquote>
\`\`\`json¶{"a": "<b>"}¶\`\`\` → <pre tabindex="0"><code>{&#34;a&#34;: &#34;&#60;b&#62;&#34;}</code></pre>
\`a*b*\` → <p><code>a*b*</code></p>
| a | b |¶|---|--:|¶| 1 | x\\|y | → <div class="wide" tabindex="0"><table><thead><tr><th>a</th><th class="right">b</th></tr></thead><tbody><tr><td>1</td><td class="right">x|y</td></tr></tbody></table></div>
a¶¶--- → <p>a</p><hr>
one  ¶two → <p>one  <br>two</p>
\\*plain\\* → <p>*plain*</p>
[docs](https://example.com/a_(b) "t") → <p><a href="https://example.com/a_(b)" rel="noopener noreferrer nofollow">docs</a></p>
<https://example.com> → <p><a href="https://example.com" rel="noopener noreferrer nofollow">https://example.com</a></p>
see https://example.com/x. → <p>see <a href="https://example.com/x" rel="noopener noreferrer nofollow">https://example.com/x</a>.</p>
[up](#terms) → <p><a href="#terms">up</a></p>
`;

describe('Markdown of portals', () => {
  test('what GitHub makes of it, as far as a page of documentation needs it', () => {
    for (const line of cases.trim().split('\n')) {
      const [markdown, html] = line.split(' → ').map((each) => each.replaceAll('¶', '\n'));
      assert.equal(markdownHtml(markdown!), html!, markdown!);
    }
  });

  test('[NEW-05] nothing in a text becomes a script, a picture of elsewhere, or an address that runs', () => {
    for (const hostile of [
      '<script>alert(1)</script>',
      '<img src=x onerror=alert(1)>',
      '[x](javascript:alert(1))',
      '[x](JaVaScRiPt:alert(1))',
      '[x](data:text/html,<script>alert(1)</script>)',
      '[x](vbscript:x)',
      '[x](//evil.example/)',
      '[x](/_/reset)',
      '[x](\u0001javascript:alert(1))',
      '![x](https://evil.example/pixel.png)',
      '[x](https://a.example/"onmouseover="alert(1))',
      '<https://a.example/"onmouseover="alert(1)>',
      '```"><script>\nx\n```',
      '| a"><script> |\n|---|\n| <b> |',
      '*<svg onload=alert(1)>*',
      '[<img src=x onerror=alert(1)>](https://a.example)',
    ]) {
      const html = markdownHtml(hostile);
      assert.doesNotMatch(html, /<(?!\/?(?:p|a|em|strong|code|pre|div|table|thead|tbody|tr|th|td)\b)/, hostile);
      assert.doesNotMatch(html, /<[^>]*\son\w+=/i, hostile);
      assert.doesNotMatch(html, /href="(?!https?:|mailto:|#)/i, hostile);
      assert.doesNotMatch(html, /<a [^>]*href="[^"]*"[^>]*(?<!rel="noopener noreferrer nofollow")>/, hostile);
    }
  });

  test('no text is slow: letters are looked at a bounded number of times', () => {
    const size = 32_768;
    const started = process.cpuUsage();
    for (const piece of [
      '*a ',
      '**a',
      '_a',
      '[',
      '[](',
      '`',
      '``a`',
      '<',
      '> ',
      '- ',
      '|',
      'http://',
      '\\',
      '~~a',
      '![',
      '#',
      ' ',
      '*a_b',
      '((',
    ]) {
      markdownHtml(piece.repeat(size / piece.length));
      markdownHtml(`${piece}\n`.repeat(size / (piece.length + 1)));
      markdownHtml(`# ${piece.repeat(size / piece.length)}x`);
    }
    const { user } = process.cpuUsage(started);
    assert.ok(user < 20_000_000, `${user / 1e6} s of processor`);
  });
});
