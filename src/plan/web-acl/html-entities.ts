/** HTML entities, of which attacks write theirs: numbers, and the names that stand for ASCII and Latin-1. */

const named: Readonly<Record<string, number>> = {
  ...{ quot: 0x22, QUOT: 0x22, amp: 0x26, AMP: 0x26, apos: 0x27, lt: 0x3c, LT: 0x3c, gt: 0x3e, GT: 0x3e, nbsp: 0xa0 },
  ...{ Tab: 9, NewLine: 10, excl: 0x21, num: 0x23, dollar: 0x24, percnt: 0x25, lpar: 0x28, rpar: 0x29, ast: 0x2a },
  ...{ plus: 0x2b, comma: 0x2c, period: 0x2e, sol: 0x2f, colon: 0x3a, semi: 0x3b, equals: 0x3d, quest: 0x3f },
  ...{ commat: 0x40, lsqb: 0x5b, lbrack: 0x5b, bsol: 0x5c, rsqb: 0x5d, rbrack: 0x5d, Hat: 0x5e, lowbar: 0x5f },
  ...{ grave: 0x60, lcub: 0x7b, lbrace: 0x7b, verbar: 0x7c, vert: 0x7c, rcub: 0x7d, rbrace: 0x7d },
};

/** Texts are bytes as latin1; what a byte cannot hold is written as UTF-8. Semicolons may be missing after numbers, as browsers take them. */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#0*(\d{1,7});?|#[xX]0*([0-9a-fA-F]{1,6});?|([A-Za-z]{2,8});)/g,
    (whole, decimal, hex, name) => {
      const code = decimal
        ? Number(decimal)
        : hex
          ? Number.parseInt(hex, 16)
          : Object.hasOwn(named, name)
            ? named[name]
            : undefined;
      if (code === undefined || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return whole;
      return code <= 0xff ? String.fromCharCode(code) : Buffer.from(String.fromCodePoint(code)).toString('latin1');
    },
  );
}
