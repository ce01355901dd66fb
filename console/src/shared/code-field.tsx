/** A field for code: a plain text area until the editor has come, which is loaded when first needed. */
import { lazy, Suspense } from 'react';

export type CodeLanguage = 'json' | 'yaml' | 'javascript' | 'text';

export interface CodeFieldProps {
  readonly value: string;
  /** Absent: read only. */
  onChange?(value: string): void;
  readonly language?: CodeLanguage;
  /** What a screen reader says. */
  readonly label: string;
  /** Lines shown at least; 8 unless given. */
  readonly lines?: number;
}

const Editor = lazy(() => import('./code-editor.tsx'));

export function CodeField(props: CodeFieldProps) {
  return (
    <Suspense fallback={<pre>{props.value}</pre>}>
      <Editor {...props} />
    </Suspense>
  );
}
