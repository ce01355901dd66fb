/** Body templates. Until mapping templates are built, only literal text is a template: text without `$` and `#` means itself in VTL too. */
import { type MethodScope, notBuiltYet } from './method-scope.ts';

/** Content type → text, in the order configured; a template left empty is passthrough, as AWS keeps null for it. */
export type LiteralTemplates = readonly { readonly mediaType: string; readonly text: string | null }[];

/** Reads a map of templates; `side` names it in complaints: `request`, `response 200`. */
export function compileTemplates(
  templates: Readonly<Record<string, string | null>> | undefined,
  side: string,
  scope: MethodScope,
): LiteralTemplates {
  return Object.entries(templates ?? {}).map(([contentType, text]) => {
    if (text !== null && /[$#]/.test(text)) {
      scope.complain(
        notBuiltYet(`the ${side} template for ${contentType} uses mapping template language (VTL), which`),
      );
    }
    return { mediaType: mediaTypeOf(contentType), text: text === '' ? null : text };
  });
}

/** `application/json` of `Application/JSON; charset=utf-8`: parameters are ignored (row INT-23). */
export function mediaTypeOf(contentType: string): string {
  const end = contentType.indexOf(';');
  return (end === -1 ? contentType : contentType.slice(0, end)).trim().toLowerCase();
}

/**
 * The index of the response template for an Accept header: the one of its first type, else that of application/json, else the first (row INT-24).
 * -1 when there are none.
 */
export function responseTemplateFor(
  templates: readonly { readonly mediaType: string }[],
  accept: string | undefined,
): number {
  if (templates.length <= 1) return templates.length - 1;
  const wanted = accept === undefined ? 'application/json' : firstMediaType(accept);
  const exact = templates.findIndex((template) => template.mediaType === wanted);
  if (exact !== -1) return exact;
  const json = templates.findIndex((template) => template.mediaType === 'application/json');
  return json === -1 ? 0 : json;
}

/** `image/png` of `image/png;q=0.8, text/html`. */
export function firstMediaType(accept: string): string {
  const comma = accept.indexOf(',');
  return mediaTypeOf(comma === -1 ? accept : accept.slice(0, comma));
}
