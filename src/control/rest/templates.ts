/** Mapping templates as AWS keeps them: an empty template reads back as null (recorded). */

type Templates = Readonly<Record<string, string | null>>;

/** One template; `""` and null are the same to AWS. */
export const storedTemplate = (template: string | null | undefined): string | null => template || null;

/** The member, ready to spread; nothing when there are no templates. */
export function storedTemplates<Name extends string>(
  name: Name,
  templates: Templates | undefined,
): { readonly [N in Name]?: Templates } {
  const entries = Object.entries(templates ?? {});
  if (entries.length === 0) return {};
  return { [name]: Object.fromEntries(entries.map(([type, template]) => [type, storedTemplate(template)])) } as {
    readonly [N in Name]?: Templates;
  };
}
