/** A portal's colours as a style sheet; text on header and navigation is black or white, whichever can be read. */
import type { PortalSite } from '../../ports/portal-site.ts';

/** Colours were checked when the portal was told of them: nothing in them ends a declaration. */
export function themeCss({ customColors: colors }: Pick<PortalSite, 'customColors'>): string {
  return `:root{--accent:${colors.accentColor};--on-accent:${readableOn(colors.accentColor)};--background:${colors.backgroundColor};--error:${colors.errorValidationColor};--header:${colors.headerColor};--on-header:${readableOn(colors.headerColor)};--navigation:${colors.navigationColor};--on-navigation:${readableOn(colors.navigationColor)};--text:${colors.textColor}}\n`;
}

/** By relative luminance (WCAG 2). A colour that is a name or a function is taken for a dark one. */
export function readableOn(color: string): '#000' | '#fff' {
  const [r, g, b] = channelsOf(color);
  const linear = (channel: number): number => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  const luminance = 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  return luminance > 0.179 ? '#000' : '#fff';
}

function channelsOf(color: string): readonly [number, number, number] {
  if (color.toLowerCase() === 'white') return [255, 255, 255];
  const digits = /^#([0-9a-f]{6}|[0-9a-f]{3})/i.exec(color)?.[1] ?? '000000';
  const long = digits.length === 3 ? [...digits].map((digit) => digit + digit).join('') : digits;
  return [0, 2, 4].map((at) => Number.parseInt(long.slice(at, at + 2), 16)) as unknown as [number, number, number];
}
