/**
 * Whether a text would become script in a page ("Cross-site scripting attack rule statement"). It is read as text of a page, where a tag begins at `<`, and
 * as if it stood in an attribute, bare or in any of the three quotes, that it could end.
 */
import { decodeEntities } from './html-entities.ts';

/** Tags that run, load or restyle by being there. */
const activeTags = new Set([
  ...[
    'script',
    'iframe',
    'frame',
    'frameset',
    'object',
    'embed',
    'applet',
    'base',
    'link',
    'meta',
    'style',
    'svg',
    'math',
    'xml',
    'xss',
  ],
  ...[
    'isindex',
    'layer',
    'ilayer',
    'bgsound',
    'import',
    'comment',
    'vmlframe',
    'noscript',
    'template',
    'foreignobject',
    'portal',
  ],
]);

const events = new RegExp(
  `^on(?:${[
    ...[
      'abort',
      'activate',
      'after\\w+',
      'animation\\w+',
      'auxclick',
      'before\\w*',
      'begin',
      'blur',
      'bounce',
      'cancel',
      'canplay\\w*',
      'cellchange',
    ],
    ...[
      'change',
      'click',
      'close',
      'contextmenu',
      'controlselect',
      'copy',
      'cuechange',
      'cut',
      'data\\w+',
      'dblclick',
      'deactivate',
      'drag\\w*',
      'drop',
    ],
    ...[
      'durationchange',
      'emptied',
      'end',
      'ended',
      'error\\w*',
      'filterchange',
      'finish',
      'focus\\w*',
      'formdata',
      'fullscreen\\w+',
      'gesture\\w+',
    ],
    ...[
      'gotpointercapture',
      'hashchange',
      'help',
      'input',
      'invalid',
      'key\\w+',
      'layout\\w+',
      'load\\w*',
      'losecapture',
      'lostpointercapture',
    ],
    ...[
      'message\\w*',
      'mouse\\w+',
      'move\\w*',
      'mozfullscreen\\w+',
      'offline',
      'online',
      'outofsync',
      'page\\w+',
      'paste',
      'pause',
      'play\\w*',
      'pointer\\w+',
    ],
    ...[
      'popstate',
      'progress',
      'propertychange',
      'ratechange',
      'readystatechange',
      'rejectionhandled',
      'repeat',
      'reset',
      'resize\\w*',
      'resume',
      'reverse',
    ],
    ...[
      'row\\w+',
      'scroll\\w*',
      'search',
      'securitypolicyviolation',
      'seek\\w*',
      'select\\w*',
      'show',
      'slotchange',
      'stalled',
      'start',
      'stop',
      'storage',
    ],
    ...[
      'submit',
      'suspend',
      'syncrestored',
      'timeerror',
      'timeupdate',
      'toggle',
      'touch\\w+',
      'trackchange',
      'transition\\w+',
      'unhandledrejection',
      'unload',
    ],
    ...['urlflip', 'volumechange', 'waiting', 'webkit\\w+', 'wheel'],
  ].join('|')})$`,
);

/** Attributes whose value is an address. */
const addresses =
  /(?:^|[\s"'`/\0])(?:href|src|action|formaction|data|background|dynsrc|lowsrc|poster|codebase|xlink:href|folder|from|to|values|by)[\s\0]*=/gi;
const eventLike = /(?:^|[\s"'`/\0])(on[a-z\0]{3,40})[\s\0]*=/gi;
const styles = /(?:^|[\s"'`/\0])style[\s\0]*=/gi;
const active =
  /(?:^|[\s"'`/\0])(?:srcdoc|xmlns(?::[a-z]+)?|attributename[\s\0]*=[\s"']*(?:href|xlink:href|on[a-z]+))[\s\0"']*[=>\s]/i;

/** No scheme is longer, however its letters are written. */
const maxSchemeLength = 240;

/**
 * Every search goes through the text once: what would follow a tag to its end, and the next from within it, would take the square of the text's length, and
 * who sends the text chooses it.
 */
export function isScriptInjection(text: string): boolean {
  if (isScriptAddress(text, 0)) return true;
  const hasTag = text.includes('<');
  if (hasTag && (opensScript(text) || active.test(text))) return true;
  if (!text.includes('=')) return false;
  for (const [, name = ''] of text.matchAll(eventLike)) {
    if (events.test(name.replaceAll('\0', '').toLowerCase())) return true;
  }
  // In an attribute that the text ends, or in a tag of its own.
  if (!hasTag && !/["'`]/.test(text)) return false;
  for (const found of text.matchAll(addresses)) if (isScriptAddress(text, found.index + found[0].length)) return true;
  for (const { index } of text.matchAll(styles)) {
    const value = decodeEntities(text.slice(index, index + maxSchemeLength));
    if (/expression\s*\(|behaviou?r\s*:|-moz-binding|javascript:|@import/i.test(value)) return true;
  }
  return false;
}

/** Tags, declarations and comments that browsers do not take for text. */
function opensScript(text: string): boolean {
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at + 1)) {
    const after = text.slice(at + 1, at + 80);
    if (/^!(?:doctype|entity|element|\[cdata\[|--\s*\[if|--.{0,20}`)/i.test(after)) return true;
    if (/^\?(?:xml|import|\w)/i.test(after) || after.startsWith('%')) return true;
    const [, name] = /^\/?\0*([a-zA-Z][^\s/>\0"'=<]*(?:\0+[^\s/>\0"'=<]+)*)/.exec(after) ?? [];
    if (name === undefined) continue;
    const tag = name.replaceAll('\0', '').toLowerCase();
    if (activeTags.has(tag) || activeTags.has(tag.slice(tag.indexOf(':') + 1))) return true;
  }
  return false;
}

/** Whether a script's address begins there; browsers do not see white space and entities within a scheme. */
function isScriptAddress(text: string, at: number): boolean {
  const begin = text.slice(at, at + maxSchemeLength);
  if (!/^[\s\0-\x20"'`\x7f-\xa0]*[jvlmd&]/i.test(begin)) return false;
  const address = decodeEntities(begin)
    .replace(/[\x00-\x20\x7f-\xa0]+/g, '')
    .toLowerCase();
  if (/^["'`]?(?:javascript|vbscript|livescript|view-source|mocha):/.test(address)) return true;
  return /^["'`]?data:(?:text\/(?:html|xml|javascript)|image\/svg|application\/(?:x-)?(?:xhtml|xml|javascript)|(?!image\/|audio\/|video\/|font\/)[^,]*base64,)/.test(
    address,
  );
}
