/** Stage variables in addresses: `${stageVariables.name}` (rows SV-02 to SV-06). */

const reference = /\$\{stageVariables\.([\w-]+)\}/g;

/** The text with its references replaced; an undefined variable is empty text (row SV-10). */
export function withStageVariables(text: string, variables: Readonly<Record<string, string>> | null): string {
  return text.replace(reference, (_, name: string) =>
    variables !== null && Object.hasOwn(variables, name) ? variables[name]! : '',
  );
}
